package dev.elastigres.core.monitor;

import java.time.Duration;

/// Rules that detect a CPU shortage.
///
/// @param full minimum fraction of all CPUs' time that is in use during a shortage, in (0, 1]
/// @param waited minimum fraction of time in which tasks wait during a shortage, in (0, 1]
/// @param lasting how long both conditions must hold
/// @param backoff backoff between requests for CPUs
public record CpuRules(double full, double waited, Duration lasting, UpscaleBackoffRules backoff) {
    /// Ignores bursts of about a second, which end before a CPU could arrive, and reacts to longer
    /// ones well before load averages show them.
    public static final CpuRules DEFAULT =
            new CpuRules(0.9, 0.5, Duration.ofSeconds(2), UpscaleBackoffRules.DEFAULT);

    public CpuRules {
        if (!(full > 0 && full <= 1)) throw new IllegalArgumentException("not a fraction: " + full);
        if (!(waited > 0 && waited <= 1))
            throw new IllegalArgumentException("not a fraction: " + waited);
        if (!lasting.isPositive()) throw new IllegalArgumentException("lasting for no time");
    }

    /// Returns whether all CPUs are in use and more would be.
    public boolean isShort(CpuReading reading) {
        return reading.busy() >= full && reading.waited() >= waited;
    }
}
