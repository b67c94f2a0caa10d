package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.WorkingSetRules;
import java.time.Duration;
import java.util.Set;

/// All that one VM's size is decided by, beside its limits.
///
/// @param shrinkAfter a VM becomes as small as the highest goal of this last time, zero for at once
/// @param statedSizes whether the amounts in urgent asks and refusals count, where there are any
/// @param recommendOnly whether sizes are only recommended: the VM is not resized, and its monitor
///     is neither asked nor told
public record Rules(
        GoalRules goal,
        Timing timing,
        CooldownRules cooldown,
        Duration shrinkAfter,
        boolean statedSizes,
        boolean recommendOnly) {
    private static final Duration SHRINK_AFTER = Duration.ofMinutes(1);

    public static final Rules NEON = of(Set.of());
    public static final Rules ELASTIGRES = of(Set.of(Extra.values()));

    /// Neon's rules with `extras` of ours on top.
    public static Rules of(Set<Extra> extras) {
        GoalRules goal = GoalRules.NEON;
        if (extras.contains(Extra.CPU_DEMAND)) goal = goal.withCpuUse(GoalRules.CPU_USE_TARGET);
        if (extras.contains(Extra.WORKING_SET)) goal = goal.with(WorkingSetRules.WHERE_KNOWN);
        return new Rules(
                goal,
                Timing.DEFAULT,
                extras.contains(Extra.COOLDOWN_DOUBLING)
                        ? CooldownRules.ELASTIGRES
                        : CooldownRules.NEON,
                extras.contains(Extra.DAMPING) ? SHRINK_AFTER : Duration.ZERO,
                extras.contains(Extra.STATED_SIZES));
    }

    /// For a VM that is resized.
    public Rules(
            GoalRules goal,
            Timing timing,
            CooldownRules cooldown,
            Duration shrinkAfter,
            boolean statedSizes) {
        this(goal, timing, cooldown, shrinkAfter, statedSizes, false);
    }

    /// These rules for a VM whose sizes are only recommended.
    public Rules recommending() {
        return new Rules(goal, timing, cooldown, shrinkAfter, statedSizes, true);
    }

    public Rules {
        if (shrinkAfter.isNegative())
            throw new IllegalArgumentException("a goal counts from now on, not " + shrinkAfter);
    }

    /// These rules with the goal made by `rules`.
    public Rules with(GoalRules rules) {
        return new Rules(rules, timing, cooldown, shrinkAfter, statedSizes, recommendOnly);
    }
}
