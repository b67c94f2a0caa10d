package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// The numbers by which memory is judged.
///
/// @param reserve what the kernel keeps of the memory that the hypervisor gives
/// @param overhead the fraction of usable memory that is kept free, in (0, 1): more is asked for
///      when less is left
/// @param downscaleBuffer how far below the new threshold usage must be for a downscale
/// @param minSamples samples without which nothing is said about usage, at least 1
/// @param staleAfter a sample older than this says nothing any more
public record MemoryRules(
        Bytes reserve,
        double overhead,
        Bytes downscaleBuffer,
        int minSamples,
        Duration staleAfter) {
    public static final MemoryRules DEFAULT =
            new MemoryRules(
                    Bytes.ofMebibytes(100), 0.15, Bytes.ofMebibytes(100), 2, Duration.ofSeconds(5));

    public MemoryRules {
        if (!(overhead > 0 && overhead < 1))
            throw new IllegalArgumentException("overhead must be between 0 and 1: " + overhead);
        if (minSamples < 1)
            throw new IllegalArgumentException("at least one sample is needed: " + minSamples);
        if (!staleAfter.isPositive())
            throw new IllegalArgumentException("a sample cannot be stale at once: " + staleAfter);
    }

    /// What Postgres can use of `total` memory as the hypervisor counts it.
    public Bytes usable(Bytes total) {
        return total.minus(reserve);
    }

    /// The least total, in whole mebibytes, with which the threshold is at least `threshold`: as
    /// the hypervisor counts it.
    public Bytes totalFor(Bytes threshold) {
        Bytes total = threshold.times(1 / (1 - overhead)).plus(reserve).roundedUpToMebibytes();
        // The factor's fraction may have been cut off.
        boolean isShort = threshold(usable(total)).isLessThan(threshold);
        return isShort ? total.plus(Bytes.ofMebibytes(1)) : total;
    }

    /// The usage from which more memory is asked for.
    public Bytes threshold(Bytes usable) {
        return usable.times(1 - overhead);
    }
}
