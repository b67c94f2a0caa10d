package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.agent.CooldownRules;
import dev.elastigres.core.agent.ExtraRule;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.Preference;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.SizeRulesSpec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Applies the `rules` of an object to the agent's rules.
///
/// @param spec the specification
/// @param dampingWindow parsed duration of the specification
/// @param cooldownInitial parsed duration of the specification
/// @param cooldownMax parsed duration of the specification
record SizeRulesReader(
        SizeRulesSpec spec,
        Optional<Duration> dampingWindow,
        Optional<Duration> cooldownInitial,
        Optional<Duration> cooldownMax)
        implements UnaryOperator<ScalingRules> {
    /// Changes no rule.
    static final SizeRulesReader NOTHING =
            of(
                    new SizeRulesSpec(
                            null, null, null, null, null, null, null, null, null, null, null, null,
                            null, null, null, null));

    private static final Duration DAMPING_WINDOW = ScalingRules.ELASTIGRES.dampingWindow();

    /// @throws IllegalArgumentException if a word, duration or number is invalid; the message is a
    ///     readable clause that names its field
    static SizeRulesReader of(SizeRulesSpec spec) {
        var rules =
                new SizeRulesReader(
                        spec,
                        duration("dampingWindow", spec.dampingWindow()),
                        duration("cooldownInitial", spec.cooldownInitial()),
                        duration("cooldownMax", spec.cooldownMax()));
        // Values that are invalid here are invalid with any rules of the agent.
        try {
            ScalingRules _ = rules.apply(ScalingRules.ELASTIGRES);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("spec.rules: " + e.getMessage(), e);
        }
        return rules;
    }

    private static Optional<Duration> duration(String field, @Nullable String text) {
        if (text == null) return Optional.empty();
        try {
            return Optional.of(DurationFormat.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("spec.rules." + field + " " + e.getMessage(), e);
        }
    }

    /// Returns `set` with the specified values replaced.
    @Override
    public ScalingRules apply(ScalingRules set) {
        Set<ExtraRule> extras = extras(set);
        GoalRules goal = set.goal();
        Optional<Preference> headroom =
                extras.contains(ExtraRule.LEARNED_HEADROOM)
                        ? Optional.of(preference(set))
                        : Optional.empty();
        GoalRules preferred = ScalingRules.of(extras, headroom.orElse(Preference.BALANCED)).goal();
        // The agent's memory targets belong to its own preference.
        GoalRules targets = headroom.equals(set.headroom()) ? goal : preferred;
        return new ScalingRules(
                new GoalRules(
                        or(spec.loadTarget(), goal.loadTarget()),
                        or(spec.memoryUsageTarget(), goal.usageTarget()),
                        or(spec.memoryTotalTarget(), targets.totalTarget()),
                        goal.stableRatio(),
                        goal.mixedRatio(),
                        extras.contains(ExtraRule.WORKING_SET)
                                ? targets.workingSet().or(preferred::workingSet)
                                : Optional.empty(),
                        extras.contains(ExtraRule.CPU_DEMAND)
                                ? Optional.of(
                                        or(
                                                spec.cpuUseTarget(),
                                                goal.cpuUse().orElse(GoalRules.CPU_USE_TARGET)))
                                : Optional.empty(),
                        shape(goal.shape())),
                set.timing(),
                cooldown(set.cooldown(), extras.contains(ExtraRule.COOLDOWN_DOUBLING)),
                extras.contains(ExtraRule.DAMPING)
                        ? dampingWindow.orElse(
                                set.dampingWindow().isZero() ? DAMPING_WINDOW : set.dampingWindow())
                        : Duration.ZERO,
                extras.contains(ExtraRule.STATED_SIZES),
                headroom);
    }

    private Preference preference(ScalingRules set) {
        String prefer = spec.prefer();
        return prefer == null ? set.headroom().orElse(Preference.BALANCED) : Preference.of(prefer);
    }

    private SizeShape shape(SizeShape set) {
        String shape = spec.shape();
        return shape == null ? set : SizeShape.of(shape);
    }

    private Set<ExtraRule> extras(ScalingRules set) {
        String base = spec.rules();
        Set<ExtraRule> extras =
                switch (base == null ? "" : base) {
                    case "" -> extrasOf(set);
                    case "neon" -> EnumSet.noneOf(ExtraRule.class);
                    case "elastigres" -> EnumSet.allOf(ExtraRule.class);
                    default ->
                            throw new IllegalArgumentException(
                                    "rules must be neon or elastigres, not " + base);
                };
        for (ExtraRule each : ExtraRule.values()) {
            Boolean to = switchOf(each);
            if (to != null && to) extras.add(each);
            if (to != null && !to) extras.remove(each);
        }
        return extras;
    }

    private @Nullable Boolean switchOf(ExtraRule extra) {
        return switch (extra) {
            case CPU_DEMAND -> spec.cpuDemand();
            case WORKING_SET -> spec.workingSet();
            case DAMPING -> spec.damping();
            case STATED_SIZES -> spec.statedSizes();
            case COOLDOWN_DOUBLING -> spec.cooldownDoubling();
            case LEARNED_HEADROOM -> spec.learnedHeadroom();
        };
    }

    private static Set<ExtraRule> extrasOf(ScalingRules set) {
        Set<ExtraRule> extras = EnumSet.noneOf(ExtraRule.class);
        for (ExtraRule each : ExtraRule.values()) if (has(set, each)) extras.add(each);
        return extras;
    }

    private static boolean has(ScalingRules set, ExtraRule extra) {
        return switch (extra) {
            case CPU_DEMAND -> set.goal().cpuUse().isPresent();
            case WORKING_SET -> set.goal().workingSet().isPresent();
            case DAMPING -> set.dampingWindow().isPositive();
            case STATED_SIZES -> set.statedSizes();
            case COOLDOWN_DOUBLING -> set.cooldown().max().compareTo(set.cooldown().first()) > 0;
            case LEARNED_HEADROOM -> set.headroom().isPresent();
        };
    }

    /// Returns the cooldown rules. If only one of the two limits is specified, the other one is
    /// adjusted where needed.
    private CooldownRules cooldown(CooldownRules set, boolean doubles) {
        Duration max =
                cooldownMax.orElse(
                        set.max().equals(set.first()) ? CooldownRules.ELASTIGRES.max() : set.max());
        Duration first = cooldownInitial.orElse(min(set.first(), max));
        if (cooldownMax.isEmpty()) max = max(max, first);
        return new CooldownRules(first, doubles ? max : first, set.hurtWithin());
    }

    private static double or(@Nullable Double value, double set) {
        return value == null ? set : value;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
