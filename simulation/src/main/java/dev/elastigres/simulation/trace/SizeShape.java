package dev.elastigres.simulation.trace;

import java.util.Locale;

/// Shapes of sizes that a policy chooses from.
public enum SizeShape {
    /// Whole compute units: CPU and memory grow and shrink together.
    UNITS,
    /// CPU and memory are sized independently.
    INDEPENDENT;

    /// Returns the name of the shape: `units`.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
