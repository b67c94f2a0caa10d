package dev.elastigres.core.monitor;

import java.time.Duration;

/// Exponential backoff of upscale requests while usage stays above the threshold.
///
/// The first repetition follows after `interval`. Each request without a grant doubles the wait, up
/// to `max`. An agent honours a request for 10 s, so a `max` below that keeps the request in force.
///
/// @param interval minimum time between two requests; positive
/// @param max maximum time between two requests while memory is short; at least `interval`
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

    /// Returns the wait after the last of `fruitless` requests in a row (at least 1).
    Duration waitAfter(int fruitless) {
        Duration wait = interval;
        for (int i = 1; i < fruitless && wait.compareTo(max) < 0; i++) wait = wait.multipliedBy(2);
        return wait.compareTo(max) < 0 ? wait : max;
    }
}
