package dev.elastigres.core.scaling;

import dev.elastigres.core.units.Bytes;
import java.util.Optional;

/// Resources that a size has beyond the demand.
///
/// @param cpuUse learned fraction of a CPU that should be busy, in (0, 1]; empty if the rules'
///     fraction applies
/// @param memory memory in reserve for independent sizes; zero for the reserve of the shape
public record Headroom(Optional<Double> cpuUse, Bytes memory) {
    /// Nothing is learned: the fractions of the rules apply.
    public static final Headroom OF_RULES = new Headroom(Optional.empty(), Bytes.ZERO);

    public Headroom {
        if (cpuUse.filter(it -> !(it > 0 && it <= 1)).isPresent())
            throw new IllegalArgumentException("not a fraction of a CPU: " + cpuUse.get());
    }
}
