package dev.elastigres.core.scaling;

import java.util.Locale;

/// The sizes that the rules choose from.
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
