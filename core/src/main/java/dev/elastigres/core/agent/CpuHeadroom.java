package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Learned headroom of CPUs: how long a peak of the demand counts, and how full a CPU may be.
///
/// A steady load is best followed closely, a noisy one by its peaks of some minutes. So three
/// windows are compared, a quarter, one and three times the damping window, and the one whose sizes
/// would have cost least while covering the same share of readings is used.
///
/// @param swings swings of the demand for each window, in the order of [#WINDOWS]
/// @param chosen index of the window in use
public record CpuHeadroom(List<CpuSwings> swings, int chosen) {
    /// Lengths of the windows relative to the damping window.
    private static final double[] WINDOWS = {0.25, 1, 3};

    /// Another window must be cheaper than the one in use by this factor.
    private static final double CHEAPER = 0.97;

    static final CpuHeadroom NONE =
            new CpuHeadroom(List.of(CpuSwings.NONE, CpuSwings.NONE, CpuSwings.NONE), 1);

    public CpuHeadroom {
        swings = List.copyOf(swings);
    }

    /// Returns the headroom with a reading added.
    ///
    /// @param amount CPU demand in thousandths
    /// @param floor CPUs that the VM always has, in thousandths
    /// @param step thousandths of a CPU between two sizes
    /// @param assumed busy fraction of a CPU that is assumed before anything is learned
    CpuHeadroom with(
            long amount, long floor, long step, Moment at, ScalingRules rules, double assumed) {
        var newer = new ArrayList<CpuSwings>(swings.size());
        for (int i = 0; i < swings.size(); i++)
            newer.add(
                    swings.get(i).with(amount, floor, step, at, window(i, rules.dampingWindow())));
        double covered = rules.headroom().orElseThrow().coveredRises();
        return new CpuHeadroom(newer, cheapest(newer, covered, assumed));
    }

    private int cheapest(List<CpuSwings> all, double covered, double assumed) {
        if (!all.getFirst().isComparable()) return chosen;
        int cheapest = chosen;
        double lowest = CHEAPER * cost(all.get(chosen), covered, assumed);
        for (int i = 0; i < all.size(); i++) {
            double cost = cost(all.get(i), covered, assumed);
            if (cost >= lowest) continue;
            lowest = cost;
            cheapest = i;
        }
        return cheapest;
    }

    private static double cost(CpuSwings swings, double covered, double assumed) {
        return swings.meanPeak() / swings.use(covered, assumed);
    }

    /// Returns the fraction of a CPU that should be busy.
    double use(double covered, double assumed) {
        return swings.get(chosen).use(covered, assumed);
    }

    /// Returns the time for which a peak of the demand counts.
    Duration window(Duration damping) {
        return window(chosen, damping);
    }

    /// Returns the longest time for which a peak may count.
    static Duration longest(Duration damping) {
        return window(WINDOWS.length - 1, damping);
    }

    private static Duration window(int index, Duration damping) {
        return Duration.ofNanos((long) (damping.toNanos() * WINDOWS[index]));
    }
}
