package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// Rules that decide when memory is short and when it can be released.
///
/// @param reserve part of the hypervisor's memory that the kernel keeps
/// @param overhead fraction of usable memory to keep free, in (0, 1); the monitor requests more
///     when less is free
/// @param availableFloor fraction of usable memory that must be available to any process, in [0,
///     1); the monitor requests more when less is available, whichever process uses the rest
/// @param downscaleBuffer minimum distance below the limits of the smaller machine for a downscale
/// @param minSamples number of samples from which usage is known, at least 1
/// @param staleAfter age above which a sample is stale
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

    /// Returns the usable part of `total` memory as the hypervisor counts it.
    public Bytes usable(Bytes total) {
        return total.minus(reserve);
    }

    /// Returns the limits for `usable` memory. Upscale requests and downscale checks share them.
    public MemoryLimits limits(Bytes usable) {
        return new MemoryLimits(threshold(usable), usable.minus(usable.times(availableFloor)));
    }

    /// Returns the usage from which the monitor requests more memory.
    public Bytes threshold(Bytes usable) {
        return usable.times(1 - overhead);
    }

    /// Returns the smallest total, in whole mebibytes as the hypervisor counts them, whose limits
    /// hold `demand`.
    Bytes totalFor(MemoryDemand demand) {
        Bytes forUsed = demand.used().times(1 / (1 - overhead));
        Bytes forAll = demand.unavailable().orElse(Bytes.ZERO).times(1 / (1 - availableFloor));
        Bytes total = forUsed.max(forAll).plus(reserve).roundedUpToMebibytes();
        // Rounding down may have lost a fraction.
        boolean holds = limits(usable(total)).hold(demand);
        return holds ? total : total.plus(Bytes.ofMebibytes(1));
    }
}
