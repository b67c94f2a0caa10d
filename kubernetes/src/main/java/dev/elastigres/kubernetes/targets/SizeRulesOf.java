package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.agent.CooldownRules;
import dev.elastigres.core.agent.Extra;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.WorkingSetRules;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.SizeRules;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The `rules` of an object, on top of those that the agent has.
///
/// @param shrinkAfter and the like: as they are written, read once
record SizeRulesOf(
        SizeRules said,
        Optional<Duration> shrinkAfter,
        Optional<Duration> cooldownFirst,
        Optional<Duration> cooldownLongest)
        implements UnaryOperator<Rules> {
    /// Nothing is said, and all stays as it is.
    static final SizeRulesOf NOTHING =
            of(
                    new SizeRules(
                            null, null, null, null, null, null, null, null, null, null, null, null,
                            null));

    private static final Duration SHRINK_AFTER = Rules.ELASTIGRES.shrinkAfter();

    /// @throws IllegalArgumentException for a word, a duration or a number that cannot be, with a
    ///     readable clause that names its field
    static SizeRulesOf of(SizeRules said) {
        var rules =
                new SizeRulesOf(
                        said,
                        duration("shrinkAfter", said.shrinkAfter()),
                        duration("cooldownFirst", said.cooldownFirst()),
                        duration("cooldownLongest", said.cooldownLongest()));
        // What cannot be, cannot be with any rules of the agent.
        try {
            Rules _ = rules.apply(Rules.ELASTIGRES);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("spec.rules: " + e.getMessage(), e);
        }
        return rules;
    }

    private static Optional<Duration> duration(String field, @Nullable String text) {
        if (text == null) return Optional.empty();
        try {
            return Optional.of(Durations.parse(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("spec.rules." + field + " " + e.getMessage(), e);
        }
    }

    /// What is not said stays as it is in `set`.
    @Override
    public Rules apply(Rules set) {
        Set<Extra> extras = extras(set);
        GoalRules goal = set.goal();
        return new Rules(
                new GoalRules(
                        or(said.loadTarget(), goal.loadTarget()),
                        or(said.memoryUsageTarget(), goal.usageTarget()),
                        or(said.memoryTotalTarget(), goal.totalTarget()),
                        goal.stableRatio(),
                        goal.mixedRatio(),
                        extras.contains(Extra.WORKING_SET)
                                ? goal.workingSet()
                                        .or(() -> Optional.of(WorkingSetRules.WHERE_KNOWN))
                                : Optional.empty(),
                        extras.contains(Extra.CPU_DEMAND)
                                ? Optional.of(
                                        or(
                                                said.cpuUseTarget(),
                                                goal.cpuUse().orElse(GoalRules.CPU_USE_TARGET)))
                                : Optional.empty()),
                set.timing(),
                cooldown(set.cooldown(), extras.contains(Extra.COOLDOWN_DOUBLING)),
                extras.contains(Extra.DAMPING)
                        ? shrinkAfter.orElse(
                                set.shrinkAfter().isZero() ? SHRINK_AFTER : set.shrinkAfter())
                        : Duration.ZERO,
                extras.contains(Extra.STATED_SIZES));
    }

    private Set<Extra> extras(Rules set) {
        String base = said.rules();
        Set<Extra> extras =
                switch (base == null ? "" : base) {
                    case "" -> extrasOf(set);
                    case "neon" -> EnumSet.noneOf(Extra.class);
                    case "elastigres" -> EnumSet.allOf(Extra.class);
                    default ->
                            throw new IllegalArgumentException(
                                    "rules must be neon or elastigres, not " + base);
                };
        for (Extra each : Extra.values()) {
            Boolean to = switchOf(each);
            if (to != null && to) extras.add(each);
            if (to != null && !to) extras.remove(each);
        }
        return extras;
    }

    private @Nullable Boolean switchOf(Extra extra) {
        return switch (extra) {
            case CPU_DEMAND -> said.cpuDemand();
            case WORKING_SET -> said.workingSet();
            case DAMPING -> said.damping();
            case STATED_SIZES -> said.statedSizes();
            case COOLDOWN_DOUBLING -> said.cooldownDoubling();
        };
    }

    private static Set<Extra> extrasOf(Rules set) {
        Set<Extra> extras = EnumSet.noneOf(Extra.class);
        for (Extra each : Extra.values()) if (has(set, each)) extras.add(each);
        return extras;
    }

    private static boolean has(Rules set, Extra extra) {
        return switch (extra) {
            case CPU_DEMAND -> set.goal().cpuUse().isPresent();
            case WORKING_SET -> set.goal().workingSet().isPresent();
            case DAMPING -> set.shrinkAfter().isPositive();
            case STATED_SIZES -> set.statedSizes();
            case COOLDOWN_DOUBLING ->
                    set.cooldown().longest().compareTo(set.cooldown().first()) > 0;
        };
    }

    /// The one that is said moves the other, where they would not fit.
    private CooldownRules cooldown(CooldownRules set, boolean doubles) {
        Duration longest =
                cooldownLongest.orElse(
                        set.longest().equals(set.first())
                                ? CooldownRules.ELASTIGRES.longest()
                                : set.longest());
        Duration first = cooldownFirst.orElse(min(set.first(), longest));
        if (cooldownLongest.isEmpty()) longest = max(longest, first);
        return new CooldownRules(first, doubles ? longest : first, set.hurtWithin());
    }

    private static double or(@Nullable Double said, double set) {
        return said == null ? set : said;
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
