package dev.elastigres.controller.admission;

import dev.elastigres.controller.admission.Predecessor.RecordedOomKill;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.driver.ContainerResources;
import dev.elastigres.kubernetes.driver.RequestRatios;
import dev.elastigres.kubernetes.node.ResourceValues;
import dev.elastigres.kubernetes.targets.NewPodTarget;
import dev.elastigres.kubernetes.targets.ScaledPod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/// Computes the size at which a new pod begins. It reads no clock and does no I/O.
///
/// The size is what the predecessor last needed, at least the floor of its last OOM kill, between
/// the minimum and maximum of the configuration. From the template's size, it is approached as far
/// as the limits of the namespace and the nodes admit, so that no pod fails that would have been
/// created with its template's size.
final class InitialSize {
    private static final Duration FLOOR_KEPT = Duration.ofDays(1);

    /// Minimum share by which memory grows after an OOM kill.
    private static final double MIN_GROWTH = 0.2;

    /// Maximum number of steps between the template's size and the wanted one.
    private static final int MAX_STEPS = 1000;

    private final RequestRatios ratios;
    private final ScaledPod terms;
    private final Resources template;
    private final Predicate<ContainerResources> admits;

    /// The result.
    sealed interface InitialSizeResult {
        /// The pod begins at another size than that of its template.
        ///
        /// @param isLimited whether limits of the namespace or the nodes admit less than the
        ///     predecessor needed
        record Changed(ContainerResources resources, Resources size, boolean isLimited)
                implements InitialSizeResult {}

        /// The size of the template is right.
        record Same() implements InitialSizeResult {}

        /// Limits of the namespace or the nodes admit no step towards the size.
        record NotAdmitted() implements InitialSizeResult {}
    }

    private InitialSize(
            ScaledPod terms,
            RequestRatios ratios,
            Resources template,
            Predicate<ContainerResources> admits) {
        this.terms = terms;
        this.ratios = ratios;
        this.template = template;
        this.admits = admits;
    }

    /// Returns the size of a new pod.
    ///
    /// @param values requests and limits of the container in the template
    /// @param isGuaranteed whether the pod's QoS class is Guaranteed
    /// @param admits whether the cluster's limits admit these requests and limits
    static InitialSizeResult of(
            NewPodTarget target,
            ResourceValues values,
            boolean isGuaranteed,
            Predecessor predecessor,
            Predicate<ContainerResources> admits,
            Instant now) {
        ScaledPod terms = target.terms();
        RequestRatios ratios = RequestRatios.of(isGuaranteed, values, terms.resources());
        Resources template = ratios.size(values, List.of());
        var size = new InitialSize(terms, ratios, template, admits);
        return size.towards(size.wanted(predecessor, values, now));
    }

    /// Returns the memory that a container must have after an OOM kill. The part above the memory
    /// at the kill decays over a day.
    ///
    /// @param unit memory of a compute unit
    static Bytes floor(RecordedOomKill kill, Bytes unit, Instant now) {
        Duration age = Duration.between(kill.at(), now);
        if (age.compareTo(FLOOR_KEPT) >= 0) return Bytes.ZERO;
        double left = Math.clamp(1 - (double) age.toSeconds() / FLOOR_KEPT.toSeconds(), 0.0, 1.0);
        Bytes more = unit.max(kill.memory().times(MIN_GROWTH));
        return kill.memory().plus(more.times(left)).roundedUpToMebibytes();
    }

    private Resources wanted(Predecessor predecessor, ResourceValues values, Instant now) {
        Resources needed = predecessor.size().orElse(template);
        Bytes floor =
                predecessor
                        .kill()
                        .map(it -> floor(it, terms.unit().memory(), now))
                        .orElse(Bytes.ZERO);
        Resources min = terms.limits().min().orElse(template);
        Resources max = terms.limits().max().max(min);
        Resources wanted =
                new Resources(needed.vcpus(), needed.memory().max(floor)).max(min).min(max);
        return belowFixedLimits(wanted, values);
    }

    /// Limits the size by the limits that do not change: a request cannot exceed its limit.
    private Resources belowFixedLimits(Resources wanted, ResourceValues values) {
        double cpus =
                ratios.cpus().isPresent()
                        ? wanted.vcpus()
                        : Math.min(wanted.vcpus(), values.limitedCpus().orElse(wanted.vcpus()));
        Bytes memory =
                ratios.memory().isPresent()
                        ? wanted.memory()
                        : wanted.memory().min(values.limitedMemory().orElse(wanted.memory()));
        return new Resources(cpus, memory);
    }

    private InitialSizeResult towards(Resources wanted) {
        if (wanted.equals(template)) return new InitialSizeResult.Same();
        // Memory first: a shortage of memory kills the container.
        Resources reached = reach(template, new Resources(template.vcpus(), wanted.memory()));
        reached = reach(reached, new Resources(wanted.vcpus(), reached.memory()));
        if (reached.equals(template)) return new InitialSizeResult.NotAdmitted();
        return new InitialSizeResult.Changed(resources(reached), reached, !reached.equals(wanted));
    }

    private ContainerResources resources(Resources size) {
        return ratios.resources(size, size.memory());
    }

    /// Returns the largest admitted step from one size towards another, by a binary search.
    private Resources reach(Resources from, Resources to) {
        if (from.equals(to) || admits.test(resources(to))) return to;
        int steps = steps(from, to);
        int admitted = 0;
        int rejected = steps;
        while (rejected - admitted > 1) {
            int between = admitted + (rejected - admitted) / 2;
            if (admits.test(resources(step(from, to, between)))) admitted = between;
            else rejected = between;
        }
        return step(from, to, admitted);
    }

    private int steps(Resources from, Resources to) {
        double cpus = Math.abs(to.vcpus() - from.vcpus()) / terms.unit().vcpus();
        double memory =
                (double) Math.abs(to.memory().value() - from.memory().value())
                        / terms.unit().memory().value();
        return (int) Math.clamp(Math.ceil(Math.max(cpus, memory)), 1, MAX_STEPS);
    }

    private Resources step(Resources from, Resources to, int units) {
        if (units == 0) return from;
        Resources more = from.plus(terms.unit().times(units)).min(to);
        Resources less = from.minus(terms.unit().times(units)).max(to);
        return new Resources(
                to.vcpus() < from.vcpus() ? less.vcpus() : Math.min(more.vcpus(), to.vcpus()),
                to.memory().isLessThan(from.memory()) ? less.memory() : more.memory());
    }
}
