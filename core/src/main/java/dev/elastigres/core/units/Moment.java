package dev.elastigres.core.units;

import java.time.Duration;

/// A point on the monotonic clock of one process. It only says how far apart two points are: it has
/// no date, and must not leave the process.
public record Moment(long nanos) {

    public Moment plus(Duration duration) {
        return new Moment(nanos + duration.toNanos());
    }

    /// How long after `earlier` this is; negative when it is before.
    public Duration since(Moment earlier) {
        return Duration.ofNanos(nanos - earlier.nanos);
    }

    // Differences, not values, are compared: a monotonic clock may wrap.

    public boolean isBefore(Moment other) {
        return nanos - other.nanos < 0;
    }

    public boolean isAfter(Moment other) {
        return nanos - other.nanos > 0;
    }
}
