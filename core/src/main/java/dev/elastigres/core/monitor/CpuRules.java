package dev.elastigres.core.monitor;

import java.time.Duration;

/// When CPUs are short.
///
/// @param full the fraction of all CPUs' time that must be in use, in (0, 1]
/// @param waited the fraction of time in which tasks must have waited, in (0, 1]
/// @param lasting for how long both must have been so
/// @param backoff how often more are asked for
public record CpuRules(double full, double waited, Duration lasting, UpscaleBackoffRules backoff) {
    /// A burst of a second is over before a CPU could come. A lasting one is met long before load
    /// averages show it.
    public static final CpuRules DEFAULT =
            new CpuRules(0.9, 0.5, Duration.ofSeconds(2), UpscaleBackoffRules.DEFAULT);

    public CpuRules {
        if (!(full > 0 && full <= 1)) throw new IllegalArgumentException("not a fraction: " + full);
        if (!(waited > 0 && waited <= 1))
            throw new IllegalArgumentException("not a fraction: " + waited);
        if (!lasting.isPositive()) throw new IllegalArgumentException("lasting for no time");
    }

    /// Whether all CPUs are in use, and more would be.
    public boolean isShort(CpuReading reading) {
        return reading.busy() >= full && reading.waited() >= waited;
    }
}
