package dev.elastigres.monitor.cache;

import java.time.Duration;

/// How long to wait before trying again: twice as long after each failure.
///
/// @param first after the first failure
/// @param max never longer
public record ReconnectBackoff(Duration first, Duration max) {
    public static final ReconnectBackoff DEFAULT =
            new ReconnectBackoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    public ReconnectBackoff {
        if (!first.isPositive() || max.compareTo(first) < 0)
            throw new IllegalArgumentException(
                    "a back-off must start above 0 and not above its end: %s..%s"
                            .formatted(first, max));
    }

    /// @param failures in a row, at least 1
    /// @param random in [0, 1): takes away up to half, so that many that failed together do not
    ///     come back together
    Duration delay(int failures, double random) {
        double doubled = first.toNanos() * Math.pow(2, failures - 1.0);
        double delay = Math.min(doubled, (double) max.toNanos()) * (1 - random / 2);
        return Duration.ofNanos((long) delay);
    }
}
