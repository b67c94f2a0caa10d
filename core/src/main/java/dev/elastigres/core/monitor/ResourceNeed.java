package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/// Amount of resources that is needed, with urgency and reason.
///
/// @param memory smallest memory that would not be short, as the hypervisor counts it; at most what
///     the VM has if memory is not short
/// @param vcpus number of CPUs wanted, fractions allowed; empty if CPUs are not short
/// @param timeLeft time until usage reaches all usable memory at its present rate of growth; zero
///     if it has, empty if usage does not grow or the time is unknown
/// @param reason the resource that is short, and its sign
public record ResourceNeed(
        Bytes memory, OptionalDouble vcpus, Optional<Duration> timeLeft, Shortage reason) {
    public ResourceNeed {
        if (vcpus.isPresent()
                && !(vcpus.getAsDouble() >= 0 && Double.isFinite(vcpus.getAsDouble())))
            throw new IllegalArgumentException("not a number of CPUs: " + vcpus);
        if (timeLeft.isPresent() && timeLeft.get().isNegative())
            throw new IllegalArgumentException("less than no time left: " + timeLeft.get());
    }
}
