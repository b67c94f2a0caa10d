package dev.elastigres.core.units;

import java.time.Duration;

/// A point on the monotonic clock of one process, in nanoseconds. Only the distance between two
/// points has a meaning: a moment has no date and must not leave the process.
public record Moment(long nanos) {

    public Moment plus(Duration duration) {
        return new Moment(nanos + duration.toNanos());
    }

    /// Returns the time from `earlier` to this moment; negative if this moment is earlier.
    public Duration since(Moment earlier) {
        return Duration.ofNanos(nanos - earlier.nanos);
    }

    // Compare differences instead of values: a monotonic clock may wrap.

    public boolean isBefore(Moment other) {
        return nanos - other.nanos < 0;
    }

    public boolean isAfter(Moment other) {
        return nanos - other.nanos > 0;
    }
}
