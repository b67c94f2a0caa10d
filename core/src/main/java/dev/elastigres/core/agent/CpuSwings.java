package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Distribution of the rises of CPU demand: each reading relative to the highest reading of the
/// window before it.
///
/// A size that follows the highest reading of the window meets a rise only at the next reading, so
/// the distribution shows how much more a size must have for a given share of readings to be
/// covered. It is a histogram with exponentially growing buckets whose counts halve every hour of
/// readings, as in Google's Autopilot.
///
/// @param peaks recent peaks in thousandths of a CPU
/// @param counts decayed number of readings by rise: bucket 0 is no rise, bucket `i` a rise by a
///     factor of up to [#GROWTH] to the power of `i`
/// @param prior weight of the fraction that is assumed before anything is learned
/// @param peakSum decayed sum of the peaks, in thousandths of a CPU
/// @param readings decayed number of readings
public record CpuSwings(
        PeakHistory peaks, List<Double> counts, double prior, double peakSum, double readings) {
    /// Busy fraction of a CPU that is aimed at for the steadiest load.
    static final double MAX_USE = 0.95;

    /// Busy fraction of a CPU that is aimed at for the jumpiest load.
    static final double MIN_USE = 0.6;

    /// Relative width of a bucket.
    private static final double GROWTH = 1.02;

    /// Largest rise that counts, above that which [#MIN_USE] covers. Headroom for larger ones costs
    /// more than a CPU and would not cover them either.
    private static final double MAX_RISE = 2;

    private static final int BUCKETS = 1 + (int) Math.ceil(Math.log(MAX_RISE) / Math.log(GROWTH));
    private static final double ROUNDING = 1e-9;
    private static final Duration HALF_LIFE = Duration.ofHours(1);

    /// Number of readings after which what was learned outweighs the assumption: five minutes.
    private static final double PRIOR = 60;

    /// Longest interval between readings whose difference is a rise.
    private static final Duration MAX_INTERVAL = Duration.ofSeconds(20);

    static final CpuSwings NONE =
            new CpuSwings(PeakHistory.NONE, Collections.nCopies(BUCKETS, 0.0), PRIOR, 0, 0);

    public CpuSwings {
        counts = List.copyOf(counts);
    }

    /// Returns the swings with a reading added.
    ///
    /// @param amount CPU demand in thousandths
    /// @param floor CPUs that the VM always has, in thousandths; swings below it do not count
    /// @param step thousandths of a CPU between two sizes, at least 1
    /// @param window time for which a peak counts
    CpuSwings with(long amount, long floor, long step, Moment at, Duration window) {
        long counted = Math.max(amount, floor);
        PeakHistory newer = peaks.with(counted, at, window);
        if (peaks.peaks().isEmpty()) return new CpuSwings(newer, counts, prior, peakSum, readings);
        PeakHistory.Peak last = peaks.peaks().getLast();
        Duration interval = at.since(last.at());
        double decay = Math.pow(0.5, (double) interval.toNanos() / HALF_LIFE.toNanos());
        double peak = Math.max(1, peaks.highest(last.amount(), window, at));
        double rise = rise(counted, peak, step);
        boolean counts =
                interval.compareTo(MAX_INTERVAL) <= 0
                        && (counted > floor || peak > floor)
                        && rise <= MAX_RISE;
        return new CpuSwings(
                newer,
                counts ? counted(rise, decay) : this.counts,
                counts ? prior * decay : prior,
                peakSum * decay + newer.highest(counted, window, at),
                readings * decay + 1);
    }

    /// Returns the rise that headroom has to cover. Sizes are rounded up to whole steps: any size
    /// above the step below `amount` covers it.
    private static double rise(long amount, double peak, long step) {
        if (amount <= peak) return amount / peak;
        return Math.max(peak, (double) ((Math.ceilDiv(amount, step) - 1) * step)) / peak;
    }

    private List<Double> counted(double rise, double decay) {
        int bucket = rise <= 1 ? 0 : (int) Math.ceil(Math.log(rise) / Math.log(GROWTH) - ROUNDING);
        var newer = new ArrayList<Double>(BUCKETS);
        for (double each : counts) newer.add(each * decay);
        newer.set(bucket, newer.get(bucket) + 1);
        return newer;
    }

    /// Returns the fraction of a CPU that should be busy so that `covered` of all readings are
    /// within the size.
    ///
    /// @param covered fraction of readings, in (0, 1)
    /// @param assumed busy fraction that is assumed before anything is learned
    double use(double covered, double assumed) {
        double total = counts.stream().mapToDouble(it -> it).sum();
        double headroom = (prior / assumed + total * rise(covered * total)) / (prior + total);
        return Math.clamp(1 / headroom, MIN_USE, MAX_USE);
    }

    /// Returns the upper bound of the rises of the `count` steadiest readings.
    private double rise(double count) {
        double sum = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            sum += counts.get(bucket);
            if (sum >= count - ROUNDING) return Math.pow(GROWTH, bucket);
        }
        return MAX_RISE;
    }

    /// Returns the average peak in thousandths of a CPU.
    double meanPeak() {
        return peakSum / readings;
    }

    /// Returns whether enough was read to compare the cost of windows.
    boolean isComparable() {
        return readings > PRIOR;
    }
}
