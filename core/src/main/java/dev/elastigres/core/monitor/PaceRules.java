package dev.elastigres.core.monitor;

import java.time.Duration;

/// How often usage is looked at when the pace follows the danger.
///
/// @param shortest the least time between two samples, at least 1 ms
/// @param longest the most, at least `shortest`
/// @param average the time that the rolling average is made over; positive
public record PaceRules(Duration shortest, Duration longest, Duration average) {
    public static final PaceRules DEFAULT =
            new PaceRules(Duration.ofMillis(5), Duration.ofMillis(250), Duration.ofMillis(500));

    public PaceRules {
        if (shortest.compareTo(Duration.ofMillis(1)) < 0)
            throw new IllegalArgumentException("samples too close together: " + shortest);
        if (longest.compareTo(shortest) < 0)
            throw new IllegalArgumentException(
                    "the longest sample interval " + longest + " is shorter than " + shortest);
        if (!average.isPositive())
            throw new IllegalArgumentException("no time to average over: " + average);
    }
}
