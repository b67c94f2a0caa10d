package dev.elastigres.monitor.cache;

import java.time.Duration;

/// How long to wait before trying again: twice as long after each failure.
///
/// @param first after the first failure
/// @param most never longer
public record Backoff(Duration first, Duration most) {
    public static final Backoff DEFAULT =
            new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    public Backoff {
        if (!first.isPositive() || most.compareTo(first) < 0)
            throw new IllegalArgumentException(
                    "a back-off must start above 0 and not above its end: %s..%s"
                            .formatted(first, most));
    }

    /// @param failures in a row, at least 1
    /// @param random in [0, 1): takes away up to half, so that many that failed together do not
    ///     come back together
    Duration delay(int failures, double random) {
        double doubled = first.toNanos() * Math.pow(2, failures - 1.0);
        double delay = Math.min(doubled, (double) most.toNanos()) * (1 - random / 2);
        return Duration.ofNanos((long) delay);
    }
}
