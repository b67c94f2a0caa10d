package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import java.time.Duration;

/// When the resize of one resource is tried again. Until then that resource is not changed in this
/// direction; the other resource, and the other direction, do not wait.
///
/// @param at when it is tried again
/// @param backoff the time between the last attempt and the next
/// @param why what kept the last attempt from working, one clause
public record ResizeRetry(
        Moment at, Duration backoff, Direction direction, Cause cause, String why) {

    /// Which way the size was to go.
    public enum Direction {
        UP,
        DOWN,
        /// The size is reached; only the memory limit stays above it.
        LIMIT_ONLY
    }

    /// What kept it from working.
    public enum Cause {
        FAILED,
        PAGE_CACHE
    }

    boolean isDue(Moment now) {
        return !now.isBefore(at);
    }

    boolean holdsBack(Direction wanted, Moment now) {
        return direction == wanted && !isDue(now);
    }

    ResizeRetry again(Moment now, Duration backoff) {
        return new ResizeRetry(now.plus(backoff), backoff, direction, cause, why);
    }
}
