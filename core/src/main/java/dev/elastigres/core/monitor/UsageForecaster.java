package dev.elastigres.core.monitor;

import java.util.Arrays;

/// Forecasts usage from a series of samples: the usage at the time when memory requested now could
/// arrive. It also chooses when to sample next. Mutable, with a single owner, because it serves a
/// loop that must not allocate. Times are nanoseconds of a monotonic clock, amounts are bytes.
///
/// The forecaster believes only what persists. A level counts if two samples a few milliseconds
/// apart have it. A rise counts if it exceeds the baseline of the last seconds, has covered a part
/// of the distance to the threshold, still continues, and three samples in a row project that it
/// reaches the threshold.
public final class UsageForecaster {
    private static final long MIB = 1L << 20;
    private static final double SECOND = 1e9;

    /// Maximum number of samples kept: more than fit into [#NEW] at the shortest default interval.
    private static final int CAPACITY = 256;

    /// Minimum duration of a level. A shorter one may be over before the monitor or the agent could
    /// act.
    private static final long LEVEL_LASTS = 4_000_000;

    private static final long RISE_LASTS = 8_000_000;
    private static final int RISE_SAMPLES = 3;

    /// A rise continues if usage exceeds its earlier value by this much. Smaller differences are
    /// noise and the step size of the kernel's counters.
    private static final long CLEARLY_MORE = 8 * MIB;

    private static final long MIN_STILL = 15_000_000;
    private static final long MAX_STILL = 200_000_000;

    /// Samples older than this enter the baseline; newer ones can be part of a rise.
    private static final long NEW = 1_100_000_000;

    /// Length of the baseline in seconds: longer than the period of a recurring load, shorter than
    /// the interval between two bursts.
    private static final int MEMORY_SECONDS = 10;

    private static final long BUCKET = 1_000_000_000;

    /// Rises below this are noise.
    private static final long SMALL_RISE = 4 * MIB;

    private static final long MIN_RISE = 16 * MIB;

    /// A rise of this size counts at any distance to the threshold: recurring loads are smaller.
    private static final long CLEAR_RISE = 112 * MIB;

    /// A rise counts once it has covered the remaining distance divided by this number. The number
    /// applies to horizons up to [#NEAR_SECONDS], and grows by [#PARTS_A_SECOND] for each second
    /// beyond.
    private static final double MIN_PARTS = 1.5;

    private static final double PARTS_A_SECOND = 6;
    private static final double NEAR_SECONDS = 1.5;

    /// Maximum pause within a fall: a process that frees much memory pauses meanwhile. Usage that
    /// found no new low for longer has stopped falling.
    private static final long FALL_PAUSES = 1_000_000_000;

    /// Minimum rise between two samples that updates the plausible growth of this machine.
    private static final long LARGE_RISE = 64 * MIB;

    /// Fastest growth assumed before a faster one is observed, in bytes per second.
    private static final double PLAUSIBLE = 2048.0 * MIB;

    private static final double FASTEST_PLAUSIBLE = 16_384.0 * MIB;

    /// Time over which an observed fast growth is forgotten, in nanoseconds.
    private static final double FORGOTTEN_AFTER = 300 * SECOND;

    private final SamplingIntervalRules rules;

    private final long[] times = new long[CAPACITY];
    private final long[] amounts = new long[CAPACITY];
    private final long[] projections = new long[CAPACITY];

    /// Number of samples ever added, and below that the number that entered the baseline.
    private long added;

    private long settled;

    private final long[] highs = new long[MEMORY_SECONDS];
    private int bucket;
    private long bucketEnd;
    private double plausible = PLAUSIBLE;

    /// Lowest threshold that a forecast rise was to reach, and the time until which it may do so. A
    /// rise that was forecast correctly does not enter the baseline.
    private long foretold = Long.MAX_VALUE;

    private long foretoldUntil;

    /// Index of the last sample of a rise that reached the threshold.
    private long reached = -1;

    /// After such a rise: whether usage is still falling, its lowest value, and the time of that.
    private boolean falling;

    private long lowest;
    private long lowestAt;

    private long threshold;
    private long horizon;
    private double average;
    private int size;
    private long forecast;
    private double rate;
    private boolean rising;
    private long sinceRise;

    public UsageForecaster(SamplingIntervalRules rules) {
        this.rules = rules;
    }

    /// Adds a sample and updates average and forecast.
    ///
    /// @param now time of the sample, in nanoseconds
    /// @param bytes usage
    /// @param threshold usage from which the monitor requests more
    /// @param horizon time that requested memory takes to arrive, in nanoseconds
    public void add(long now, long bytes, long threshold, long horizon) {
        this.threshold = threshold;
        this.horizon = horizon;
        if (added - settled == CAPACITY) settle();
        learnSpeed(now, bytes);
        times[slot(added)] = now;
        amounts[slot(added)] = bytes;
        added++;
        while (settled < added - 1 && now - times[slot(settled)] > NEW) settle();

        averageSince(now - rules.average().toNanos());
        project(now, bytes);
        long level = minSince(amounts, now - LEVEL_LASTS, 2);
        forecast = Math.max(level, minSince(projections, now - RISE_LASTS, RISE_SAMPLES));
        remember(now, level);
    }

    /// Drops all samples; the next one starts a new series.
    public void clear() {
        added = 0;
        settled = 0;
        size = 0;
        reached = -1;
        falling = false;
        foretold = Long.MAX_VALUE;
        Arrays.fill(highs, 0);
    }

    /// Returns the forecast usage at the horizon; at least the level that has lasted.
    public long forecast() {
        return forecast;
    }

    /// Returns the growth of the rise in progress, in bytes per second; 0 without one.
    public long rate() {
        return (long) rate;
    }

    /// Returns the average over the time span of the rules, weighted by time.
    public long average() {
        return (long) average;
    }

    /// Returns the number of samples in the average.
    public int size() {
        return size;
    }

    /// Returns the time until the next sample, in nanoseconds. It is short enough to observe the
    /// threshold crossed by the fastest plausible growth, and a rise before it is too late to
    /// request memory.
    public long nextIn() {
        long min = rules.min().toNanos();
        if (added < RISE_SAMPLES) return min;
        // The shortage is known already. Memory that arrives is reported separately, so samples
        // only have to show the end of the shortage.
        if (forecast >= threshold) return 10 * min;
        long bytes = amounts[slot(added - 1)];
        long distance = threshold - bytes;
        if (distance <= 0 || (rising && sinceRise < RISE_SAMPLES)) return min;

        long wait = Math.max(2 * min, nanos(distance / plausible));
        if (rising && rate > 0) wait = Math.min(wait, (nanos(distance / rate) - horizon) / 8);
        return Math.clamp(wait, min, rules.max().toNanos());
    }

    private static long nanos(double seconds) {
        return (long) (seconds * SECOND);
    }

    private void learnSpeed(long now, long bytes) {
        if (added == 0) return;
        long passed = now - times[slot(added - 1)];
        long rise = bytes - amounts[slot(added - 1)];
        if (passed <= 0) return;
        plausible -= (plausible - PLAUSIBLE) * Math.min(1, passed / FORGOTTEN_AFTER);
        if (rise >= LARGE_RISE)
            plausible = Math.clamp(2 * rise / (passed / SECOND), plausible, FASTEST_PLAUSIBLE);
    }

    // ---- the baseline

    /// Moves the oldest new sample into the baseline.
    private void settle() {
        long time = times[slot(settled)];
        long amount = amounts[slot(settled)];
        turnBuckets(time);
        // Usage does not stay on its way to the threshold and back, so that is no baseline.
        boolean onTheWay = settled <= reached || (falling && isLower(time, amount));
        if (onTheWay || baseline() >= threshold) Arrays.fill(highs, 0);
        highs[bucket] = Math.max(highs[bucket], amount);
        if (settled <= reached) {
            falling = true;
            lowest = amount;
            lowestAt = time;
        }
        settled++;
    }

    private boolean isLower(long time, long amount) {
        if (amount > lowest - SMALL_RISE) {
            falling = time - lowestAt <= FALL_PAUSES;
            return false;
        }
        lowest = amount;
        lowestAt = time;
        return true;
    }

    private void turnBuckets(long time) {
        if (settled == 0 || time - bucketEnd >= MEMORY_SECONDS * BUCKET) {
            Arrays.fill(highs, 0);
            bucketEnd = time + BUCKET;
        }
        while (time - bucketEnd >= 0) {
            bucket = (bucket + 1) % MEMORY_SECONDS;
            highs[bucket] = 0;
            bucketEnd += BUCKET;
        }
    }

    private long baseline() {
        long max = 0;
        for (long high : highs) max = Math.max(max, high);
        return max;
    }

    private void remember(long now, long level) {
        if (forecast >= threshold) {
            if (level < threshold) foretold = Math.min(foretold, threshold);
            foretoldUntil = now + 2 * horizon;
        } else if (now - foretoldUntil > 0) {
            foretold = Long.MAX_VALUE;
        }
        if (level >= Math.min(threshold, foretold)) reached = added - 1;
    }

    // ---- rises

    private void project(long now, long bytes) {
        // Find the sample before the rise: the newest one not above the baseline.
        long base = settled == 0 ? amounts[0] : baseline();
        long first = Math.max(0, Math.max(settled - 1, added - CAPACITY));
        long before = added - 1;
        while (before > first && amounts[slot(before)] > base) before--;
        sinceRise = added - 1 - before;

        long rise = bytes - base;
        double sinceBegin =
                Math.max(
                        perSecond(rise, now - times[slot(before)]),
                        rateSinceFirstSample(now, bytes, before));
        double still = recentRate(now, bytes, before, sinceBegin);
        rising = rise >= SMALL_RISE && still > 0;
        // The mean rate of the whole rise, at most twice the present rate.
        rate = rising ? Math.min(sinceBegin, 2 * still) : 0;

        boolean believed = rise >= minRise(Math.max(0, threshold - bytes));
        projections[slot(added - 1)] =
                believed ? bytes + (long) (rate * (horizon / SECOND)) : bytes;
    }

    /// Returns the minimum size of a rise with `distance` left to the threshold. It decreases with
    /// the horizon: a longer horizon leaves less time to wait for evidence.
    private long minRise(long distance) {
        double beyond = Math.max(0, horizon / SECOND - NEAR_SECONDS);
        long part = (long) (distance / (MIN_PARTS + PARTS_A_SECOND * beyond));
        return Math.clamp(part, MIN_RISE, CLEAR_RISE);
    }

    /// Returns the rate since the first sample of the rise; the rise itself may have begun at any
    /// time before that sample.
    private double rateSinceFirstSample(long now, long bytes, long before) {
        int first = slot(Math.min(before + 1, added - 1));
        long passed = now - times[first];
        return passed < MIN_STILL ? 0 : perSecond(bytes - amounts[first], passed);
    }

    private double recentRate(long now, long bytes, long before, double perSecond) {
        long lately = nanos(CLEARLY_MORE / Math.max(1, perSecond));
        lately = Math.clamp(lately, MIN_STILL, MAX_STILL);
        long at = added - 1;
        while (at > before && now - times[slot(at)] < lately) at--;
        return perSecond(bytes - amounts[slot(at)], now - times[slot(at)]);
    }

    private static double perSecond(long bytes, long nanos) {
        return nanos <= 0 ? 0 : bytes / (nanos / SECOND);
    }

    /// Returns the minimum of the newest figures: at least `count`, and all newer than `since`.
    private long minSince(long[] figures, long since, int count) {
        long min = Long.MAX_VALUE;
        long oldest = Math.max(0, added - CAPACITY);
        for (long at = added - 1; at >= oldest; at--) {
            min = Math.min(min, figures[slot(at)]);
            if (added - at >= count && times[slot(at)] - since <= 0) break;
        }
        return min;
    }

    private void averageSince(long since) {
        long at = added - 1;
        long oldest = Math.max(0, added - CAPACITY);
        double sum = 0;
        double time = 0;
        while (at > oldest && times[slot(at - 1)] - since >= 0) {
            double lasted = times[slot(at)] - times[slot(at - 1)];
            sum += lasted * (amounts[slot(at)] + amounts[slot(at - 1)]) / 2;
            time += lasted;
            at--;
        }
        size = (int) (added - at);
        average = time > 0 ? sum / time : amounts[slot(added - 1)];
    }

    private static int slot(long sample) {
        return (int) (sample % CAPACITY);
    }
}
