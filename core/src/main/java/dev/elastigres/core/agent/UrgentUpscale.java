package dev.elastigres.core.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// An urgent request of the monitor. The monitor asks for CPUs and memory at different times, and
/// each request expires separately.
///
/// @param min the minimum size requested; zero for a resource that was not requested
/// @param cpusUntil when the request for CPUs expires
/// @param memoryUntil when the request for memory expires
public record UrgentUpscale(Resources min, Moment cpusUntil, Moment memoryUntil) {

    static UrgentUpscale ask(Resources min, Moment until) {
        return new UrgentUpscale(min, until, until);
    }

    /// Returns this request updated by `newer`, which replaces the request for the same resource
    /// and keeps that for the other.
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

    /// Returns the parts that have not expired; empty if both have.
    Optional<UrgentUpscale> at(Moment now) {
        var left =
                new Resources(
                        now.isBefore(cpusUntil) ? min.vcpus() : 0,
                        now.isBefore(memoryUntil) ? min.memory() : Bytes.ZERO);
        return left.equals(Resources.ZERO)
                ? Optional.empty()
                : Optional.of(new UrgentUpscale(left, cpusUntil, memoryUntil));
    }

    /// Returns when the next part expires.
    Moment changesAt() {
        boolean cpus = min.vcpus() > 0;
        boolean memory = !min.memory().equals(Bytes.ZERO);
        if (!memory) return cpusUntil;
        return !cpus || memoryUntil.isBefore(cpusUntil) ? memoryUntil : cpusUntil;
    }
}
