package dev.elastigres.core.monitor;

import java.time.Duration;

/// How far ahead is looked: as long as memory takes to come here, which each grant teaches.
///
/// @param untaught the horizon before the first grant
/// @param least the horizon is never shorter; positive
/// @param most the horizon is never longer
public record Foresight(Duration untaught, Duration least, Duration most) {
    public static final Foresight DEFAULT =
            new Foresight(Duration.ofMillis(1500), Duration.ofMillis(100), Duration.ofSeconds(10));

    public Foresight {
        if (!least.isPositive())
            throw new IllegalArgumentException("the horizon must be ahead: " + least);
        if (untaught.compareTo(least) < 0 || untaught.compareTo(most) > 0)
            throw new IllegalArgumentException(
                    "the first horizon %s is not between %s and %s"
                            .formatted(untaught, least, most));
    }

    /// The same horizon, whatever grants teach.
    public static Foresight fixed(Duration horizon) {
        return new Foresight(horizon, horizon, horizon);
    }

    /// As far ahead as `delays` call for, and some to spare.
    Duration horizon(Delays delays) {
        Duration wanted =
                delays.longest().map(delay -> delay.plus(delay.dividedBy(4))).orElse(untaught);
        if (wanted.compareTo(least) < 0) return least;
        return wanted.compareTo(most) > 0 ? most : wanted;
    }
}
