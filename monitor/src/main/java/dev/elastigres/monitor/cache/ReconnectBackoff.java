package dev.elastigres.monitor.cache;

import java.time.Duration;

/// Exponential backoff between attempts to connect, doubling after each failure.
///
/// @param first delay after the first failure
/// @param max maximum delay
public record ReconnectBackoff(Duration first, Duration max) {
    public static final ReconnectBackoff DEFAULT =
            new ReconnectBackoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    public ReconnectBackoff {
        if (!first.isPositive() || max.compareTo(first) < 0)
            throw new IllegalArgumentException(
                    "a backoff must start above 0 and not above its maximum: %s..%s"
                            .formatted(first, max));
    }

    /// Returns the delay before the next attempt.
    ///
    /// @param failures consecutive failures, at least 1
    /// @param random in [0, 1): reduces the delay by up to half, so that clients that failed
    ///     together do not retry together
    Duration delay(int failures, double random) {
        double doubled = first.toNanos() * Math.pow(2, failures - 1.0);
        double delay = Math.min(doubled, (double) max.toNanos()) * (1 - random / 2);
        return Duration.ofNanos((long) delay);
    }
}
