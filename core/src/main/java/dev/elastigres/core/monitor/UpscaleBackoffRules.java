package dev.elastigres.core.monitor;

import java.time.Duration;

/// How often more is asked for while usage stays above the threshold.
///
/// The first repetition comes after `interval`; each that brings nothing doubles the wait, up to
/// `longest`. An agent honours a request for 10 s, so a `longest` below that keeps the wish alive.
///
/// @param interval the least time between two requests, whatever happens; positive
/// @param max the most time between two requests while memory is short; at least `interval`
public record UpscaleBackoffRules(Duration interval, Duration max) {
    public static final UpscaleBackoffRules DEFAULT =
            new UpscaleBackoffRules(Duration.ofSeconds(1), Duration.ofSeconds(8));

    public UpscaleBackoffRules {
        if (!interval.isPositive())
            throw new IllegalArgumentException("no time between two requests: " + interval);
        if (max.compareTo(interval) < 0)
            throw new IllegalArgumentException(
                    "the longest wait " + max + " is shorter than the shortest " + interval);
    }

    /// The wait after the last of `fruitless` requests in a row (at least 1).
    Duration waitAfter(int fruitless) {
        Duration wait = interval;
        for (int i = 1; i < fruitless && wait.compareTo(max) < 0; i++) wait = wait.multipliedBy(2);
        return wait.compareTo(max) < 0 ? wait : max;
    }
}
