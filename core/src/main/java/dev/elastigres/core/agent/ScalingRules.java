package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.Preference;
import dev.elastigres.core.scaling.WorkingSetRules;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Rules that determine one VM's size, together with its limits.
///
/// @param dampingWindow a VM shrinks no further than the highest goal within this time; zero to
///     disable damping
/// @param statedSizes whether sizes stated in urgent requests and refusals count
/// @param headroom how headroom is learned from the load; empty for the fixed targets of `goal`
/// @param recommendOnly whether sizes are only recommended: the VM is not resized, and its monitor
///     gets no requests and no notifications
public record ScalingRules(
        GoalRules goal,
        AgentTiming timing,
        CooldownRules cooldown,
        Duration dampingWindow,
        boolean statedSizes,
        Optional<Preference> headroom,
        boolean recommendOnly) {
    private static final Duration DAMPING_WINDOW = Duration.ofMinutes(1);

    public static final ScalingRules NEON = of(Set.of());
    public static final ScalingRules ELASTIGRES = of(Set.of(ExtraRule.values()));

    /// Returns Neon's rules plus `extras`, with balanced headroom.
    public static ScalingRules of(Set<ExtraRule> extras) {
        return of(extras, Preference.BALANCED);
    }

    /// Returns Neon's rules plus `extras`.
    ///
    /// @param preference how headroom is learned, if `extras` contains that
    public static ScalingRules of(Set<ExtraRule> extras, Preference preference) {
        GoalRules goal = GoalRules.NEON;
        if (extras.contains(ExtraRule.CPU_DEMAND)) goal = goal.withCpuUse(GoalRules.CPU_USE_TARGET);
        if (extras.contains(ExtraRule.WORKING_SET)) goal = goal.with(WorkingSetRules.WHERE_KNOWN);
        boolean learns = extras.contains(ExtraRule.LEARNED_HEADROOM);
        return new ScalingRules(
                learns ? goal.with(preference) : goal,
                AgentTiming.DEFAULT,
                extras.contains(ExtraRule.COOLDOWN_DOUBLING)
                        ? CooldownRules.ELASTIGRES
                        : CooldownRules.NEON,
                extras.contains(ExtraRule.DAMPING) ? DAMPING_WINDOW : Duration.ZERO,
                extras.contains(ExtraRule.STATED_SIZES),
                learns ? Optional.of(preference) : Optional.empty());
    }

    /// Creates the rules for a VM that is resized, not only given recommendations.
    public ScalingRules(
            GoalRules goal,
            AgentTiming timing,
            CooldownRules cooldown,
            Duration dampingWindow,
            boolean statedSizes,
            Optional<Preference> headroom) {
        this(goal, timing, cooldown, dampingWindow, statedSizes, headroom, false);
    }

    /// Returns these rules in recommendation mode.
    public ScalingRules recommending() {
        return new ScalingRules(goal, timing, cooldown, dampingWindow, statedSizes, headroom, true);
    }

    public ScalingRules {
        if (dampingWindow.isNegative())
            throw new IllegalArgumentException(
                    "the damping window must not be negative: " + dampingWindow);
    }

    /// Returns these rules with headroom learned with `preference`.
    public ScalingRules preferring(Preference preference) {
        return new ScalingRules(
                goal.with(preference),
                timing,
                cooldown,
                dampingWindow,
                statedSizes,
                Optional.of(preference),
                recommendOnly);
    }

    /// Returns these rules with `rules` for the goal.
    public ScalingRules with(GoalRules rules) {
        return new ScalingRules(
                rules, timing, cooldown, dampingWindow, statedSizes, headroom, recommendOnly);
    }
}
