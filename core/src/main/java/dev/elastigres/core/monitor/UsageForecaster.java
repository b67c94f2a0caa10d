package dev.elastigres.core.monitor;

import java.util.Arrays;

/// Looks ahead along a series of samples: how far usage will have come when memory that is asked
/// for now could be here, and how soon to look again. Made for a loop that must not allocate, so
/// it is mutable and has one owner; times are nanoseconds of a monotonic clock, amounts are
/// bytes.
///
/// What is seen is believed only when it persists. A level counts when two samples a few
/// milliseconds apart have it. A rise counts when it leaves what was familiar during the last
/// seconds, has covered a part of the way to the threshold, still goes on, and three samples in a
/// row say that it will reach it.
public final class UsageForecaster {
    private static final long MIB = 1L << 20;
    private static final double SECOND = 1e9;

    /// Samples at the shortest interval for longer than a rise is new, and some to spare.
    private static final int CAPACITY = 256;

    /// A level that lasts less than this may be gone before anybody could act.
    private static final long LEVEL_LASTS = 4_000_000;

    private static final long RISE_LASTS = 8_000_000;
    private static final int RISE_SAMPLES = 3;

    /// A rise goes on when there is more than there was the last time it grew by this much. Over
    /// less there is noise, and the steps of the kernel's counters.
    private static final long CLEARLY_MORE = 8 * MIB;

    private static final long MIN_STILL = 15_000_000;
    private static final long MAX_STILL = 200_000_000;

    /// What was used longer ago than this is familiar, what came since is a rise.
    private static final long NEW = 1_100_000_000;

    /// Highs are remembered for this many seconds: longer than a load that comes and goes takes to
    /// come again, shorter than the way between two bursts.
    private static final int MEMORY_SECONDS = 10;

    private static final long BUCKET = 1_000_000_000;

    /// Less than this is noise.
    private static final long SMALL_RISE = 4 * MIB;

    private static final long MIN_RISE = 16 * MIB;

    /// What has grown by so much goes on, wherever the threshold is: loads that come and go are
    /// smaller.
    private static final long CLEAR_RISE = 112 * MIB;

    /// So many parts of what is left of the way make one that a rise must have behind it: these
    /// up to a horizon of some length, and more of them for each second beyond.
    private static final double MIN_PARTS = 1.5;

    private static final double PARTS_A_SECOND = 6;
    private static final double NEAR_SECONDS = 1.5;

    /// Who frees much pauses meanwhile; usage that was no lower for so long has fallen to its end.
    private static final long FALL_PAUSES = 1_000_000_000;

    /// A rise by this much at once says how fast this machine can be.
    private static final long LARGE_RISE = 64 * MIB;

    /// The fastest growth that is reckoned with, in bytes a second, before a faster one was seen.
    private static final double PLAUSIBLE = 2048.0 * MIB;

    private static final double FASTEST_PLAUSIBLE = 16_384.0 * MIB;

    /// For so long a fast growth is reckoned with again.
    private static final double FORGOTTEN_AFTER = 300 * SECOND;

    private final SamplingIntervalRules rules;

    private final long[] times = new long[CAPACITY];
    private final long[] amounts = new long[CAPACITY];
    private final long[] projections = new long[CAPACITY];

    /// Samples ever added, and how many of them are familiar; what is kept ends at the first.
    private long added;

    private long settled;

    private final long[] highs = new long[MEMORY_SECONDS];
    private int bucket;
    private long bucketEnd;
    private double plausible = PLAUSIBLE;

    /// The threshold that a rise was foreseen to reach, and until when it may do so; what was
    /// foreseen rightly does not make such a rise familiar.
    private long foretold = Long.MAX_VALUE;

    private long foretoldUntil;

    /// Samples up to this one belong to a rise that reached the threshold.
    private long reached = -1;

    /// After such a rise: whether usage still falls, and the least of it and when that was.
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

    /// Takes a sample.
    ///
    /// @param threshold the usage from which more is asked for
    /// @param horizon how long memory takes to come, in nanoseconds
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

    /// Forgets all samples: what comes is another series.
    public void clear() {
        added = 0;
        settled = 0;
        size = 0;
        reached = -1;
        falling = false;
        foretold = Long.MAX_VALUE;
        Arrays.fill(highs, 0);
    }

    /// Usage at the horizon, if what is seen goes on; at least the level that has lasted.
    public long forecast() {
        return forecast;
    }

    /// Of a rise that is believed, in bytes a second; else 0.
    public long rate() {
        return (long) rate;
    }

    /// Over the rules' time, by how long each amount lasted.
    public long average() {
        return (long) average;
    }

    /// How many samples the average is made of.
    public int size() {
        return size;
    }

    /// How long until the next sample, in nanoseconds: soon enough to see the threshold crossed by
    /// the fastest growth that is plausible here, and a rise that has begun before it is late.
    public long nextIn() {
        long min = rules.min().toNanos();
        if (added < RISE_SAMPLES) return min;
        // Known already: what is waited for is memory, which is told, or the end of it.
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

    // ---- what is familiar

    /// The oldest new sample becomes familiar.
    private void settle() {
        long time = times[slot(settled)];
        long amount = amounts[slot(settled)];
        turnBuckets(time);
        // The way to the threshold and down again is no place where usage stays.
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

    // ---- what is rising

    private void project(long now, long bytes) {
        // The sample before the rise: the newest that was not above what is familiar.
        long base = settled == 0 ? amounts[0] : baseline();
        long first = Math.max(0, Math.max(settled - 1, added - CAPACITY));
        long before = added - 1;
        while (before > first && amounts[slot(before)] > base) before--;
        sinceRise = added - 1 - before;

        long rise = bytes - base;
        double sinceBegin =
                Math.max(perSecond(rise, now - times[slot(before)]), sinceSeen(now, bytes, before));
        double still = stillRising(now, bytes, before, sinceBegin);
        rising = rise >= SMALL_RISE && still > 0;
        // The mean of it all, as long as it goes on.
        rate = rising ? Math.min(sinceBegin, 2 * still) : 0;

        boolean believed = rise >= believable(Math.max(0, threshold - bytes));
        projections[slot(added - 1)] =
                believed ? bytes + (long) (rate * (horizon / SECOND)) : bytes;
    }

    /// The rise that is believed with `distance` to go. The farther ahead, the sooner: there is
    /// less time to wait and see.
    private long believable(long distance) {
        double beyond = Math.max(0, horizon / SECOND - NEAR_SECONDS);
        long part = (long) (distance / (MIN_PARTS + PARTS_A_SECOND * beyond));
        return Math.clamp(part, MIN_RISE, CLEAR_RISE);
    }

    /// Since its first sample: before that, it may have begun at any time.
    private double sinceSeen(long now, long bytes, long before) {
        int first = slot(Math.min(before + 1, added - 1));
        long passed = now - times[first];
        return passed < MIN_STILL ? 0 : perSecond(bytes - amounts[first], passed);
    }

    private double stillRising(long now, long bytes, long before, double perSecond) {
        long lately = nanos(CLEARLY_MORE / Math.max(1, perSecond));
        lately = Math.clamp(lately, MIN_STILL, MAX_STILL);
        long at = added - 1;
        while (at > before && now - times[slot(at)] < lately) at--;
        return perSecond(bytes - amounts[slot(at)], now - times[slot(at)]);
    }

    private static double perSecond(long bytes, long nanos) {
        return nanos <= 0 ? 0 : bytes / (nanos / SECOND);
    }

    /// The least of the newest samples: at least `count`, and all that are newer than `since`.
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
