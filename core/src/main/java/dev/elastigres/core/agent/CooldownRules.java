package dev.elastigres.core.agent;

import java.time.Duration;

/// How long a VM is not made smaller after that went wrong.
///
/// @param first the wait after a refused shrink; positive
/// @param max where doubling ends, at least `first`; the same as `first` for no doubling
/// @param hurtWithin a need for more this soon after a shrink was caused by it
public record CooldownRules(Duration first, Duration max, Duration hurtWithin) {
    public static final CooldownRules NEON =
            new CooldownRules(Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(60));
    public static final CooldownRules ELASTIGRES =
            new CooldownRules(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofSeconds(60));

    public CooldownRules {
        if (!first.isPositive()) throw new IllegalArgumentException("no cooldown: " + first);
        if (max.compareTo(first) < 0)
            throw new IllegalArgumentException(
                    "the longest cooldown, " + max + ", is below the first, " + first);
        if (hurtWithin.isNegative())
            throw new IllegalArgumentException("a shrink hurts afterwards, not " + hurtWithin);
    }

    Duration doubled(Duration length) {
        Duration twice = length.multipliedBy(2);
        return twice.compareTo(max) < 0 ? twice : max;
    }
}
