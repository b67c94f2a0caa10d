package dev.elastigres.core.monitor;

import java.time.Duration;

/// Bounds of the adaptive sampling interval.
///
/// @param min minimum interval between two samples, at least 1 ms
/// @param max maximum interval, at least `min`
/// @param average time span of the rolling average; positive
public record SamplingIntervalRules(Duration min, Duration max, Duration average) {
    public static final SamplingIntervalRules DEFAULT =
            new SamplingIntervalRules(
                    Duration.ofMillis(5), Duration.ofMillis(250), Duration.ofMillis(500));

    public SamplingIntervalRules {
        if (min.compareTo(Duration.ofMillis(1)) < 0)
            throw new IllegalArgumentException("samples too close together: " + min);
        if (max.compareTo(min) < 0)
            throw new IllegalArgumentException(
                    "the longest sample interval " + max + " is shorter than " + min);
        if (!average.isPositive())
            throw new IllegalArgumentException("no time to average over: " + average);
    }
}
