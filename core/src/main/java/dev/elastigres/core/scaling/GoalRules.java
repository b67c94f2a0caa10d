package dev.elastigres.core.scaling;

import java.util.Optional;

/// How metrics become a goal.
///
/// @param loadTarget the load average that one CPU should have, above 0
/// @param usageTarget the fraction of memory that should be used without the page cache, in (0, 1]
/// @param totalTarget the same with the working set, in (0, 1]
/// @param stableRatio within this fraction of the 5-minute load, the 5-minute load counts alone
/// @param mixedRatio over this further fraction of it, the 1-minute load takes over
/// @param workingSet how the cache's part is made; empty leaves it out
/// @param cpuUse the fraction of a CPU that should be busy, in (0, 1], where [CpuUsage] is known
///     and is to decide instead of the load averages
public record GoalRules(
        double loadTarget,
        double usageTarget,
        double totalTarget,
        double stableRatio,
        double mixedRatio,
        Optional<WorkingSetRules> workingSet,
        Optional<Double> cpuUse) {
    /// What the autoscaling of Neon does by default.
    public static final GoalRules NEON =
            new GoalRules(0.9, 0.75, 0.9, 0, 0, Optional.empty(), Optional.empty());

    /// The fraction of a CPU that should be busy.
    public static final double CPU_USE_TARGET = 0.8;

    /// Real CPU demand where it is known, and the working set where it is.
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

    /// These rules with the working set's part made by `rules`.
    public GoalRules with(WorkingSetRules rules) {
        return new GoalRules(
                loadTarget,
                usageTarget,
                totalTarget,
                stableRatio,
                mixedRatio,
                Optional.of(rules),
                cpuUse);
    }

    /// These rules with what the CPUs did deciding, where that is known.
    ///
    /// @param target the fraction of a CPU that should be busy
    public GoalRules withCpuUse(double target) {
        return new GoalRules(
                loadTarget,
                usageTarget,
                totalTarget,
                stableRatio,
                mixedRatio,
                workingSet,
                Optional.of(target));
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
