package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// A minimum or maximum of a pod's size.
///
/// @param cpus amount of CPUs; empty for no limit of the CPUs
/// @param memory amount of memory; empty for no limit of memory
public record AllowedSize(Optional<Double> cpus, Optional<Bytes> memory) {
    public static final AllowedSize NONE = new AllowedSize(Optional.empty(), Optional.empty());

    /// Returns the size of `units` compute units.
    public static AllowedSize of(ComputeUnit unit, int units) {
        Resources size = unit.times(units);
        return new AllowedSize(Optional.of(size.vcpus()), Optional.of(size.memory()));
    }

    /// Returns this with the amounts of `other` for the resources that it does not name.
    AllowedSize or(AllowedSize other) {
        return new AllowedSize(cpus.or(other::cpus), memory.or(other::memory));
    }

    /// Returns the amounts; those of `absent` for a resource that is not named.
    public Resources orElse(Resources absent) {
        return new Resources(cpus.orElse(absent.vcpus()), memory.orElse(absent.memory()));
    }
}
