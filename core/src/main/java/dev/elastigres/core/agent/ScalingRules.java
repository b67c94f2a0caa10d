package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.WorkingSetRules;
import java.time.Duration;
import java.util.Set;

/// All that one VM's size is decided by, beside its limits.
///
/// @param dampingWindow a VM becomes as small as the highest goal of this last time, zero for at
///     once
/// @param statedSizes whether the amounts in urgent asks and refusals count, where there are any
/// @param recommendOnly whether sizes are only recommended: the VM is not resized, and its monitor
///     is neither asked nor told
public record ScalingRules(
        GoalRules goal,
        AgentTiming timing,
        CooldownRules cooldown,
        Duration dampingWindow,
        boolean statedSizes,
        boolean recommendOnly) {
    private static final Duration SHRINK_AFTER = Duration.ofMinutes(1);

    public static final ScalingRules NEON = of(Set.of());
    public static final ScalingRules ELASTIGRES = of(Set.of(ExtraRule.values()));

    /// Neon's rules with `extras` of ours on top.
    public static ScalingRules of(Set<ExtraRule> extras) {
        GoalRules goal = GoalRules.NEON;
        if (extras.contains(ExtraRule.CPU_DEMAND)) goal = goal.withCpuUse(GoalRules.CPU_USE_TARGET);
        if (extras.contains(ExtraRule.WORKING_SET)) goal = goal.with(WorkingSetRules.WHERE_KNOWN);
        return new ScalingRules(
                goal,
                AgentTiming.DEFAULT,
                extras.contains(ExtraRule.COOLDOWN_DOUBLING)
                        ? CooldownRules.ELASTIGRES
                        : CooldownRules.NEON,
                extras.contains(ExtraRule.DAMPING) ? SHRINK_AFTER : Duration.ZERO,
                extras.contains(ExtraRule.STATED_SIZES));
    }

    /// For a VM that is resized.
    public ScalingRules(
            GoalRules goal,
            AgentTiming timing,
            CooldownRules cooldown,
            Duration dampingWindow,
            boolean statedSizes) {
        this(goal, timing, cooldown, dampingWindow, statedSizes, false);
    }

    /// These rules for a VM whose sizes are only recommended.
    public ScalingRules recommending() {
        return new ScalingRules(goal, timing, cooldown, dampingWindow, statedSizes, true);
    }

    public ScalingRules {
        if (dampingWindow.isNegative())
            throw new IllegalArgumentException("a goal counts from now on, not " + dampingWindow);
    }

    /// These rules with the goal made by `rules`.
    public ScalingRules with(GoalRules rules) {
        return new ScalingRules(rules, timing, cooldown, dampingWindow, statedSizes, recommendOnly);
    }
}
