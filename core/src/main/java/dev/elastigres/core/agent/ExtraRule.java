package dev.elastigres.core.agent;

import java.util.Locale;

/// A rule of ours on top of Neon's. Each can be switched on its own.
public enum ExtraRule {
    /// What the CPUs really did decides, where it is known, instead of the load average.
    CPU_DEMAND,
    /// The working set of Postgres' cache counts, where it is known.
    WORKING_SET,
    /// A VM becomes no smaller than the highest goal of the last while.
    DAMPING,
    /// The amounts in urgent asks and refusals count, where there are any.
    STATED_SIZES,
    /// The wait after a shrink that hurt doubles each time.
    COOLDOWN_DOUBLING;

    /// As it is called in settings.
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
