package dev.elastigres.core.monitor;

import java.time.Duration;

/// Bounds of the forecast horizon: the time that requested memory takes to arrive, learned from
/// each grant.
///
/// @param initial horizon before the first grant
/// @param min lower bound of the horizon; positive
/// @param max upper bound of the horizon
public record ForecastHorizon(Duration initial, Duration min, Duration max) {
    public static final ForecastHorizon DEFAULT =
            new ForecastHorizon(
                    Duration.ofMillis(1500), Duration.ofMillis(100), Duration.ofSeconds(10));

    public ForecastHorizon {
        if (!min.isPositive())
            throw new IllegalArgumentException("the horizon must be ahead: " + min);
        if (initial.compareTo(min) < 0 || initial.compareTo(max) > 0)
            throw new IllegalArgumentException(
                    "the first horizon %s is not between %s and %s".formatted(initial, min, max));
    }

    /// Returns a constant horizon that ignores grants.
    public static ForecastHorizon fixed(Duration horizon) {
        return new ForecastHorizon(horizon, horizon, horizon);
    }

    /// Returns the horizon for `delays`: the longest relevant delay plus a quarter, within the
    /// bounds.
    Duration horizon(GrantDelays delays) {
        Duration wanted = delays.max().map(delay -> delay.plus(delay.dividedBy(4))).orElse(initial);
        if (wanted.compareTo(min) < 0) return min;
        return wanted.compareTo(max) > 0 ? max : wanted;
    }
}
