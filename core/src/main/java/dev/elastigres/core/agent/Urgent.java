package dev.elastigres.core.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// The monitor asked for more. It asks for CPUs and for memory at different times, and each counts
/// for its own while.
///
/// @param least the size that the VM shall have at least; zero of what was not asked for
/// @param cpusUntil when the ask for CPUs stops counting
/// @param memoryUntil when the ask for memory stops counting
public record Urgent(Resources least, Moment cpusUntil, Moment memoryUntil) {

    static Urgent ask(Resources least, Moment until) {
        return new Urgent(least, until, until);
    }

    /// A newer ask replaces an older one for the same resource, and leaves the other alone.
    Urgent then(Urgent newer) {
        boolean cpus = newer.least.vcpus() > 0;
        boolean memory = !newer.least.memory().equals(Bytes.ZERO);
        return new Urgent(
                new Resources(
                        cpus ? newer.least.vcpus() : least.vcpus(),
                        memory ? newer.least.memory() : least.memory()),
                cpus ? newer.cpusUntil : cpusUntil,
                memory ? newer.memoryUntil : memoryUntil);
    }

    /// What counts still; empty when nothing does.
    Optional<Urgent> at(Moment now) {
        var left =
                new Resources(
                        now.isBefore(cpusUntil) ? least.vcpus() : 0,
                        now.isBefore(memoryUntil) ? least.memory() : Bytes.ZERO);
        return left.equals(Resources.ZERO)
                ? Optional.empty()
                : Optional.of(new Urgent(left, cpusUntil, memoryUntil));
    }

    /// When the next of both stops counting.
    Moment changesAt() {
        boolean cpus = least.vcpus() > 0;
        boolean memory = !least.memory().equals(Bytes.ZERO);
        if (!memory) return cpusUntil;
        return !cpus || memoryUntil.isBefore(cpusUntil) ? memoryUntil : cpusUntil;
    }
}
