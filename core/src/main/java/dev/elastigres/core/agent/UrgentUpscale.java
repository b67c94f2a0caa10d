package dev.elastigres.core.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// The monitor asked for more. It asks for CPUs and for memory at different times, and each counts
/// for its own while.
///
/// @param min the size that the VM shall have at least; zero of what was not asked for
/// @param cpusUntil when the ask for CPUs stops counting
/// @param memoryUntil when the ask for memory stops counting
public record UrgentUpscale(Resources min, Moment cpusUntil, Moment memoryUntil) {

    static UrgentUpscale ask(Resources min, Moment until) {
        return new UrgentUpscale(min, until, until);
    }

    /// A newer ask replaces an older one for the same resource, and leaves the other alone.
    UrgentUpscale then(UrgentUpscale newer) {
        boolean cpus = newer.min.vcpus() > 0;
        boolean memory = !newer.min.memory().equals(Bytes.ZERO);
        return new UrgentUpscale(
                new Resources(
                        cpus ? newer.min.vcpus() : min.vcpus(),
                        memory ? newer.min.memory() : min.memory()),
                cpus ? newer.cpusUntil : cpusUntil,
                memory ? newer.memoryUntil : memoryUntil);
    }

    /// What counts still; empty when nothing does.
    Optional<UrgentUpscale> at(Moment now) {
        var left =
                new Resources(
                        now.isBefore(cpusUntil) ? min.vcpus() : 0,
                        now.isBefore(memoryUntil) ? min.memory() : Bytes.ZERO);
        return left.equals(Resources.ZERO)
                ? Optional.empty()
                : Optional.of(new UrgentUpscale(left, cpusUntil, memoryUntil));
    }

    /// When the next of both stops counting.
    Moment changesAt() {
        boolean cpus = min.vcpus() > 0;
        boolean memory = !min.memory().equals(Bytes.ZERO);
        if (!memory) return cpusUntil;
        return !cpus || memoryUntil.isBefore(cpusUntil) ? memoryUntil : cpusUntil;
    }
}
