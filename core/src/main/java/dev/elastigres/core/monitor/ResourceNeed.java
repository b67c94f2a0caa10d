package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/// How much is needed, how soon and why.
///
/// @param memory the least memory with which it would not be short, as the hypervisor counts it; no
///      more than the VM has when memory is not what is short
/// @param vcpus the CPUs wanted, fractions allowed; empty when CPUs are not short
/// @param timeLeft until usage, as it grows now, has taken all that is usable; zero when it has,
///      empty when it does not grow or nobody can tell
/// @param reason what is short
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
