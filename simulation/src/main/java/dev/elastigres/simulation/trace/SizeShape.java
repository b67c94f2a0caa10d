package dev.elastigres.simulation.trace;

import java.util.Locale;

/// Which sizes a policy chooses from.
public enum SizeShape {
    /// Whole compute units: CPU and memory grow and shrink together.
    UNITS,
    /// CPU and memory each have a size of their own.
    INDEPENDENT;

    /// How it is written: `units`.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
