package dev.elastigres.page;

import java.util.Locale;

/// How much a machine needs the operator's attention, the most urgent first.
public enum Attention {
    /// Something failed, and it will not get better by waiting alone.
    PROBLEM,
    /// The machine should have another size and cannot get it.
    BLOCKED,
    /// The machine is on its way to another size.
    CHANGING,
    /// The machine has the size that it should have.
    SETTLED;

    /// Returns the name in JSON.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
