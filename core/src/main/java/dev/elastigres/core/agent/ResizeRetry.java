package dev.elastigres.core.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// When the resize of one resource is tried again. Until then that resource is not changed in this
/// direction, or not as far where a smaller step could succeed; the other resource and the other
/// direction do not wait.
///
/// @param at when it is tried again
/// @param backoff the time between the last attempt and the next
/// @param attempted the smallest step that failed; only this resource's part counts
/// @param failure what kept it from working; empty for page cache
/// @param why the same, one clause
public record ResizeRetry(
        Moment at,
        Duration backoff,
        Direction direction,
        Resources attempted,
        Optional<ResizeFailure> failure,
        String why) {

    /// Which way the size was to go.
    public enum Direction {
        UP,
        DOWN,
        /// The size is reached; only the memory limit stays above it.
        LIMIT_ONLY
    }

    boolean isDue(Moment now) {
        return !now.isBefore(at);
    }

    boolean holdsBackCpus(Direction wanted, double target, Moment now) {
        return holdsBack(wanted, Double.compare(target, attempted.vcpus()), now);
    }

    boolean holdsBackMemory(Direction wanted, Bytes target, Moment now) {
        return holdsBack(wanted, target.compareTo(attempted.memory()), now);
    }

    /// @param beyond whether the target is above what was attempted
    private boolean holdsBack(Direction wanted, int beyond, Moment now) {
        if (isDue(now) || direction != wanted) return false;
        boolean every = failure.filter(ResizeFailure::dependsOnSize).isEmpty();
        return every || (direction == Direction.UP ? beyond >= 0 : beyond <= 0);
    }

    ResizeRetry again(Moment now, Duration backoff) {
        return new ResizeRetry(now.plus(backoff), backoff, direction, attempted, failure, why);
    }
}
