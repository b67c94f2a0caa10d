package dev.elastigres.core.monitor;

import java.time.Duration;

/// How far ahead is looked: as long as memory takes to come here, which each grant teaches.
///
/// @param untaught the horizon before the first grant
/// @param min the horizon is never shorter; positive
/// @param max the horizon is never longer
public record ForecastHorizon(Duration untaught, Duration min, Duration max) {
    public static final ForecastHorizon DEFAULT =
            new ForecastHorizon(
                    Duration.ofMillis(1500), Duration.ofMillis(100), Duration.ofSeconds(10));

    public ForecastHorizon {
        if (!min.isPositive())
            throw new IllegalArgumentException("the horizon must be ahead: " + min);
        if (untaught.compareTo(min) < 0 || untaught.compareTo(max) > 0)
            throw new IllegalArgumentException(
                    "the first horizon %s is not between %s and %s".formatted(untaught, min, max));
    }

    /// The same horizon, whatever grants teach.
    public static ForecastHorizon fixed(Duration horizon) {
        return new ForecastHorizon(horizon, horizon, horizon);
    }

    /// As far ahead as `delays` call for, and some to spare.
    Duration horizon(GrantDelays delays) {
        Duration wanted =
                delays.max().map(delay -> delay.plus(delay.dividedBy(4))).orElse(untaught);
        if (wanted.compareTo(min) < 0) return min;
        return wanted.compareTo(max) > 0 ? max : wanted;
    }
}
