package dev.elastigres.core.scaling;

import java.util.Optional;

/// Rules that turn metrics into a goal.
///
/// @param loadTarget wanted load average of one CPU, above 0
/// @param usageTarget fraction of memory that should be in use without the page cache, in (0, 1]
/// @param totalTarget fraction of memory that should be in use including the working set, in (0, 1]
/// @param stableRatio while the loads differ by at most this fraction of the 5-minute load, only
///     the 5-minute load counts
/// @param mixedRatio over this further fraction of the 5-minute load, the weight shifts to the
///     1-minute load
/// @param workingSet rules of the cache component; empty to leave it out
/// @param cpuUse fraction of a CPU that should be busy, in (0, 1]; where [CpuUsage] is known, it
///     decides instead of the load averages; empty for load averages only
/// @param shape the sizes that goals may have
public record GoalRules(
        double loadTarget,
        double usageTarget,
        double totalTarget,
        double stableRatio,
        double mixedRatio,
        Optional<WorkingSetRules> workingSet,
        Optional<Double> cpuUse,
        SizeShape shape) {
    /// Defaults of Neon's autoscaling.
    public static final GoalRules NEON =
            new GoalRules(
                    0.9, 0.75, 0.9, 0, 0, Optional.empty(), Optional.empty(), SizeShape.UNITS);

    /// Default fraction of a CPU that should be busy.
    public static final double CPU_USE_TARGET = 0.8;

    /// Neon's rules plus measured CPU usage and the working set, each where it is known.
    public static final GoalRules ELASTIGRES =
            NEON.with(WorkingSetRules.WHERE_KNOWN).withCpuUse(CPU_USE_TARGET);

    public GoalRules {
        if (!(loadTarget > 0 && loadTarget <= Double.MAX_VALUE))
            throw new IllegalArgumentException("the load target must be above 0: " + loadTarget);
        checkFraction("the memory usage target", usageTarget);
        checkFraction("the memory total target", totalTarget);
        checkRatio("the stable zone", stableRatio);
        checkRatio("the mixed zone", mixedRatio);
        cpuUse.ifPresent(target -> checkFraction("the CPU use target", target));
    }

    /// Returns these rules with `rules` for the working set.
    public GoalRules with(WorkingSetRules rules) {
        return new GoalRules(
                loadTarget,
                usageTarget,
                totalTarget,
                stableRatio,
                mixedRatio,
                Optional.of(rules),
                cpuUse,
                shape);
    }

    /// Returns these rules with measured CPU usage, where known, instead of the load averages.
    ///
    /// @param target fraction of a CPU that should be busy
    public GoalRules withCpuUse(double target) {
        return new GoalRules(
                loadTarget,
                usageTarget,
                totalTarget,
                stableRatio,
                mixedRatio,
                workingSet,
                Optional.of(target),
                shape);
    }

    /// Returns these rules with the memory targets of `preference`.
    public GoalRules with(Preference preference) {
        return new GoalRules(
                loadTarget,
                usageTarget,
                preference.totalTarget(),
                stableRatio,
                mixedRatio,
                workingSet.map(it -> it.withFraction(preference.cacheFraction())),
                cpuUse,
                shape);
    }

    /// Returns these rules with goals of `wanted` shape.
    public GoalRules with(SizeShape wanted) {
        return new GoalRules(
                loadTarget,
                usageTarget,
                totalTarget,
                stableRatio,
                mixedRatio,
                workingSet,
                cpuUse,
                wanted);
    }

    private static void checkFraction(String what, double value) {
        if (!(value > 0 && value <= 1))
            throw new IllegalArgumentException(what + " must be in (0, 1]: " + value);
    }

    private static void checkRatio(String what, double value) {
        if (!(value >= 0 && value <= Double.MAX_VALUE))
            throw new IllegalArgumentException(what + " must not be negative: " + value);
    }
}
