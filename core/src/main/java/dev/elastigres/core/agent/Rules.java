package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.GoalRules;
import java.time.Duration;

/// All that one VM's size is decided by, beside its limits.
///
/// @param shrinkAfter a VM becomes as small as the highest goal of this last time, zero for at once
/// @param statedSizes whether the amounts in urgent asks and refusals count, where there are any
public record Rules(
        GoalRules goal,
        Timing timing,
        CooldownRules cooldown,
        Duration shrinkAfter,
        boolean statedSizes) {
    public static final Rules NEON =
            new Rules(GoalRules.NEON, Timing.DEFAULT, CooldownRules.NEON, Duration.ZERO, false);
    public static final Rules ELASTIGRES =
            new Rules(
                    GoalRules.ELASTIGRES,
                    Timing.DEFAULT,
                    CooldownRules.ELASTIGRES,
                    Duration.ofMinutes(1),
                    true);

    public Rules {
        if (shrinkAfter.isNegative())
            throw new IllegalArgumentException("a goal counts from now on, not " + shrinkAfter);
    }
}
