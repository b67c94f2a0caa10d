package dev.elastigres.core.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// What delays the next shrink of a VM, for each resource. With whole compute units both resources
/// change together, so both have the same delays; with independent sizes, each has its own.
///
/// @param cpus delays of the CPUs
/// @param memory delays of memory
public record ShrinkBackoff(ResourceBackoff cpus, ResourceBackoff memory) {

    static ShrinkBackoff begin(CooldownRules rules) {
        return new ShrinkBackoff(ResourceBackoff.begin(rules), ResourceBackoff.begin(rules));
    }

    /// Returns this without refusals.
    public ShrinkBackoff withoutRefusals() {
        return new ShrinkBackoff(cpus.withoutRefusal(), memory.withoutRefusal());
    }

    /// Returns this with `change` applied to the resources of `set`.
    ShrinkBackoff with(ResourceSet set, UnaryOperator<ResourceBackoff> change) {
        return new ShrinkBackoff(
                set.cpus() ? change.apply(cpus) : cpus,
                set.memory() ? change.apply(memory) : memory);
    }

    /// Returns this without the parts that have expired.
    ShrinkBackoff at(CooldownRules rules, Moment now) {
        return with(ResourceSet.ALL, it -> it.at(rules, now));
    }

    /// Returns this after the monitor refused a shrink of the resources of `set`.
    ///
    /// @param min the size that the VM keeps; zero for a resource whose shrink was not refused
    ShrinkBackoff refusedByMonitor(
            ResourceSet set, Resources min, String why, CooldownRules rules, Moment now) {
        return new ShrinkBackoff(
                set.cpus() ? cpus.refusedByMonitor(cpusOf(min), why, rules, now) : cpus,
                set.memory() ? memory.refusedByMonitor(memoryOf(min), why, rules, now) : memory);
    }

    /// Returns this after the driver refused a shrink of the resources of `set` that the monitor
    /// had agreed to.
    ///
    /// @param min the size that the VM keeps; zero for a resource whose shrink was not refused
    ShrinkBackoff refusedByDriver(
            ResourceSet set, Resources min, String why, CooldownRules rules, Moment now) {
        return new ShrinkBackoff(
                set.cpus() ? cpus.refusedByDriver(cpusOf(min), why, rules, now) : cpus,
                set.memory() ? memory.refusedByDriver(memoryOf(min), why, rules, now) : memory);
    }

    private static Resources cpusOf(Resources size) {
        return new Resources(size.vcpus(), Bytes.ZERO);
    }

    private static Resources memoryOf(Resources size) {
        return new Resources(0, size.memory());
    }

    /// Returns the refused shrinks that count. A refusal of both resources is one entry.
    public List<RefusedShrink> refused() {
        if (cpus.refused().isPresent() && memory.refused().isPresent()) {
            RefusedShrink one = cpus.refused().get();
            RefusedShrink other = memory.refused().get();
            if (one.isSameAs(other)) return List.of(one.with(one.min().max(other.min())));
        }
        return Stream.of(cpus, memory).flatMap(it -> it.refused().stream()).toList();
    }

    /// Returns the resources of `set` that have shrunk so recently that a need for more may be
    /// attributed to the shrink.
    ResourceSet mayHaveHurt(ResourceSet set, CooldownRules rules, Moment now) {
        return new ResourceSet(
                set.cpus() && cpus.cooldown().mayHaveHurt(rules, now),
                set.memory() && memory.cooldown().mayHaveHurt(rules, now));
    }

    /// Returns the resources that do not shrink now, because of a cooldown.
    ResourceSet cooling() {
        return new ResourceSet(
                cpus.cooldown().until().isPresent(), memory.cooldown().until().isPresent());
    }

    /// Returns when the first resource of `set` may shrink; empty if one of them may shrink now.
    Optional<Moment> coolingUntil(ResourceSet set) {
        Stream<Optional<Moment>> ends =
                Stream.of(
                        set.cpus() ? cpus.cooldown().until() : Optional.<Moment>empty(),
                        set.memory() ? memory.cooldown().until() : Optional.<Moment>empty());
        boolean oneMay =
                (set.cpus() && cpus.cooldown().until().isEmpty())
                        || (set.memory() && memory.cooldown().until().isEmpty());
        return oneMay
                ? Optional.empty()
                : ends.flatMap(Optional::stream)
                        .reduce((one, other) -> one.isBefore(other) ? one : other);
    }

    /// Returns whether a cooldown was running and has ended.
    boolean isOver(Moment now) {
        return cpus.cooldown().isOver(now) || memory.cooldown().isOver(now);
    }

    /// Returns the moments at which a delay ends.
    Stream<Optional<Moment>> ends() {
        return Stream.of(cpus, memory)
                .flatMap(
                        it ->
                                Stream.of(
                                        it.refused().map(RefusedShrink::until),
                                        it.cooldown().until()));
    }
}
