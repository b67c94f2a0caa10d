package dev.elastigres.core.agent;

import java.time.Duration;

/// Durations of the wait after a shrink that was refused or that hurt.
///
/// @param first wait after the first refused shrink; positive
/// @param max upper bound of doubling, at least `first`; equal to `first` to disable doubling
/// @param hurtWithin a need for more within this time after a shrink is attributed to the shrink
public record CooldownRules(Duration first, Duration max, Duration hurtWithin) {
    public static final CooldownRules NEON =
            new CooldownRules(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(60));
    public static final CooldownRules ELASTIGRES =
            new CooldownRules(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofSeconds(60));

    public CooldownRules {
        if (!first.isPositive())
            throw new IllegalArgumentException("the first cooldown must be above zero: " + first);
        if (max.compareTo(first) < 0)
            throw new IllegalArgumentException(
                    "the longest cooldown, " + max + ", is below the first, " + first);
        if (hurtWithin.isNegative())
            throw new IllegalArgumentException(
                    "the time in which a shrink may hurt must not be negative: " + hurtWithin);
    }

    Duration doubled(Duration length) {
        Duration twice = length.multipliedBy(2);
        return twice.compareTo(max) < 0 ? twice : max;
    }
}
