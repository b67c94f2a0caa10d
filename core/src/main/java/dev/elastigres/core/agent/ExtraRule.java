package dev.elastigres.core.agent;

import java.util.Locale;

/// Elastigres rules on top of Neon's. Each can be enabled separately.
public enum ExtraRule {
    /// Measured CPU usage, where known, decides instead of the load average.
    CPU_DEMAND,
    /// The working set of Postgres' cache counts where it is known.
    WORKING_SET,
    /// A VM shrinks no further than the highest goal within the damping window.
    DAMPING,
    /// Sizes stated in urgent requests and refusals count.
    STATED_SIZES,
    /// The cooldown after a shrink that was refused or that hurt doubles each time.
    COOLDOWN_DOUBLING,
    /// How full CPUs and memory may be is learned from the swings of the load.
    LEARNED_HEADROOM;

    /// Returns the rule's name in settings.
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
