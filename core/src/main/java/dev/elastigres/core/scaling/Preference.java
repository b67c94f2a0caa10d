package dev.elastigres.core.scaling;

import java.util.Locale;

/// Preference between cost and reserves, which the learned headroom follows.
public enum Preference {
    /// Lowest cost: more of the load's rises are met by a short wait.
    COST(0.95, 1, 1, 1),
    BALANCED(0.975, 2, 1, 1),
    /// Shortest waits: nearly every rise that was seen is covered in advance.
    LATENCY(0.999, 4, 0.9, 0.75);

    private final double coveredRises;
    private final int maxReserveUnits;
    private final double totalTarget;
    private final double cacheFraction;

    Preference(double coveredRises, int maxReserveUnits, double totalTarget, double cacheFraction) {
        this.coveredRises = coveredRises;
        this.maxReserveUnits = maxReserveUnits;
        this.totalTarget = totalTarget;
        this.cacheFraction = cacheFraction;
    }

    /// Returns the name of the preference: `cost`.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns the preference with the name `code`.
    ///
    /// @throws IllegalArgumentException if there is none
    public static Preference of(String code) {
        for (Preference each : values()) if (each.code().equals(code)) return each;
        throw new IllegalArgumentException("prefer must be cost, balanced or latency, not " + code);
    }

    /// Returns the fraction of CPU readings whose rise over the recent peak the size must cover, in
    /// (0, 1).
    public double coveredRises() {
        return coveredRises;
    }

    /// Returns the maximum memory reserve in compute units. A larger rise of memory is not provided
    /// for.
    public int maxReserveUnits() {
        return maxReserveUnits;
    }

    /// Returns the default fraction of memory that should be in use including the working set.
    public double totalTarget() {
        return totalTarget;
    }

    /// Returns the fraction of memory that the cache may take.
    public double cacheFraction() {
        return cacheFraction;
    }
}
