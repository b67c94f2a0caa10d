package dev.elastigres.core.monitor;

import java.time.Duration;

/// How far ahead is looked: as long as memory takes to come here, which each grant teaches.
///
/// @param untaught the horizon before the first grant
/// @param least the horizon is never shorter; positive
/// @param most the horizon is never longer
/// @param availableFloor the part of the VM's memory that must be available, in [0, 1): more is
///      asked for below it, whoever uses the rest
public record Foresight(Duration untaught, Duration least, Duration most, double availableFloor) {
    public static final Foresight DEFAULT =
            new Foresight(
                    Duration.ofMillis(1500), Duration.ofMillis(100), Duration.ofSeconds(10), 0.05);

    /// What was below the threshold by less than this part of it is not clearly below.
    private static final long HYSTERESIS = 64;

    public Foresight {
        if (!least.isPositive())
            throw new IllegalArgumentException("the horizon must be ahead: " + least);
        if (untaught.compareTo(least) < 0 || untaught.compareTo(most) > 0)
            throw new IllegalArgumentException(
                    "the first horizon %s is not between %s and %s"
                            .formatted(untaught, least, most));
        if (!(availableFloor >= 0 && availableFloor < 1))
            throw new IllegalArgumentException("not a part of memory: " + availableFloor);
    }

    /// The same horizon, whatever grants teach.
    public static Foresight fixed(Duration horizon, double availableFloor) {
        return new Foresight(horizon, horizon, horizon, availableFloor);
    }

    /// Usage below which a shortage has ended: `threshold` itself would be crossed to and fro.
    public static long clearlyBelow(long threshold) {
        return threshold - threshold / HYSTERESIS;
    }

    /// The memory of `total` bytes that must be available.
    public long available(long total) {
        return (long) (total * availableFloor);
    }

    /// As far ahead as `delays` call for, and some to spare.
    Duration horizon(Delays delays) {
        Duration wanted =
                delays.longest().map(delay -> delay.plus(delay.dividedBy(4))).orElse(untaught);
        if (wanted.compareTo(least) < 0) return least;
        return wanted.compareTo(most) > 0 ? most : wanted;
    }
}
