package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;

/// Rules that size the file cache of Neon's Postgres within usable memory.
///
/// @param multiplier maximum fraction of usable memory that the cache may take, in (0, 1)
/// @param minLeft memory that always remains for Postgres itself, above 0
/// @param spread overhead of the cache beyond its size, as a fraction of it, at least 0
public record CacheRules(double multiplier, Bytes minLeft, double spread) {
    public static final CacheRules DEFAULT = new CacheRules(0.75, Bytes.ofMebibytes(256), 0.1);

    public CacheRules {
        if (!(multiplier > 0 && multiplier < 1))
            throw new IllegalArgumentException("multiplier must be between 0 and 1: " + multiplier);
        if (minLeft.equals(Bytes.ZERO))
            throw new IllegalArgumentException("minimum left over must be above 0");
        if (!(spread >= 0))
            throw new IllegalArgumentException("spread must not be negative: " + spread);
        if (!(multiplier * (spread + 1) < 1))
            throw new IllegalArgumentException(
                    "multiplier * (spread + 1) must be below 1, or a full cache would not fit: "
                            + multiplier
                            + " * ("
                            + spread
                            + " + 1)");
    }

    /// Returns the cache size for `usable` memory, in whole mebibytes.
    public Bytes size(Bytes usable) {
        Bytes afterMinimum = usable.minus(minLeft).times(1 / (1 + spread));
        return afterMinimum.min(usable.times(multiplier)).roundedDownToMebibytes();
    }
}
