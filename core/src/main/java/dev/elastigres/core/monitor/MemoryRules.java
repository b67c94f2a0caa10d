package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// The numbers by which memory is judged.
///
/// @param reserve what the kernel keeps of the memory that the hypervisor gives
/// @param overhead the fraction of usable memory that is kept free, in (0, 1): more is asked for
///      when less is left
/// @param availableFloor the fraction of usable memory that must be available to any process, in
///     [0, 1): more is asked for when less is left, whoever uses the rest
/// @param downscaleBuffer how far below the limits of the smaller machine everything must be for a
///     downscale
/// @param minSamples samples without which nothing is said about usage, at least 1
/// @param staleAfter a sample older than this says nothing any more
public record MemoryRules(
        Bytes reserve,
        double overhead,
        double availableFloor,
        Bytes downscaleBuffer,
        int minSamples,
        Duration staleAfter) {
    public static final MemoryRules DEFAULT =
            new MemoryRules(
                    Bytes.ofMebibytes(100),
                    0.15,
                    0.05,
                    Bytes.ofMebibytes(100),
                    2,
                    Duration.ofSeconds(5));

    public MemoryRules {
        if (!(overhead > 0 && overhead < 1))
            throw new IllegalArgumentException("overhead must be between 0 and 1: " + overhead);
        if (!(availableFloor >= 0 && availableFloor < 1))
            throw new IllegalArgumentException("not a part of memory: " + availableFloor);
        if (minSamples < 1)
            throw new IllegalArgumentException("at least one sample is needed: " + minSamples);
        if (!staleAfter.isPositive())
            throw new IllegalArgumentException("a sample cannot be stale at once: " + staleAfter);
    }

    /// What Postgres can use of `total` memory as the hypervisor counts it.
    public Bytes usable(Bytes total) {
        return total.minus(reserve);
    }

    /// The limits where `usable` memory is there: one rule for asking for more and for giving some
    /// back.
    public MemoryLimits limits(Bytes usable) {
        return new MemoryLimits(threshold(usable), usable.minus(usable.times(availableFloor)));
    }

    /// The usage from which more memory is asked for.
    public Bytes threshold(Bytes usable) {
        return usable.times(1 - overhead);
    }

    /// The smallest total, in whole mebibytes, whose limits hold `demand`: as the hypervisor counts
    /// it.
    Bytes totalFor(MemoryDemand demand) {
        Bytes forUsed = demand.used().times(1 / (1 - overhead));
        Bytes forAll = demand.unavailable().orElse(Bytes.ZERO).times(1 / (1 - availableFloor));
        Bytes total = forUsed.max(forAll).plus(reserve).roundedUpToMebibytes();
        // The factor's fraction may have been cut off.
        boolean holds = limits(usable(total)).hold(demand);
        return holds ? total : total.plus(Bytes.ofMebibytes(1));
    }
}
