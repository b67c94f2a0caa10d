package dev.elastigres.core.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// Scheduled retry of the resize of one resource. Until it is due, that resource is not changed in
/// this direction; if a smaller step could succeed, only steps of at least this size wait. The
/// other resource and the other direction do not wait.
///
/// @param at when the resize is retried
/// @param backoff time between the last attempt and the next
/// @param attempted smallest step that failed; only the part of this resource counts
/// @param failure kind of failure; empty if page cache keeps the memory limit up
/// @param why the reason as one clause
public record ResizeRetry(
        Moment at,
        Duration backoff,
        Direction direction,
        Resources attempted,
        Optional<ResizeFailure> failure,
        String why) {

    /// Direction of the attempted resize.
    public enum Direction {
        UP,
        DOWN,
        /// The size is reached; only the memory limit is still above it.
        LIMIT_ONLY;

        static Direction of(boolean up) {
            return up ? UP : DOWN;
        }
    }

    /// Returns whether page cache alone keeps the memory limit up: the resize ended with that, or
    /// the size is reached and only the limit is behind.
    boolean isOfPageCache() {
        return failure.isEmpty() || direction == Direction.LIMIT_ONLY;
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

    /// @param beyond comparison of the target with the attempted size: positive if the target is
    ///     larger
    private boolean holdsBack(Direction wanted, int beyond, Moment now) {
        if (isDue(now) || direction != wanted) return false;
        boolean every = failure.filter(ResizeFailure::dependsOnSize).isEmpty();
        return every || (direction == Direction.UP ? beyond >= 0 : beyond <= 0);
    }

    ResizeRetry again(Moment now, Duration backoff) {
        return new ResizeRetry(now.plus(backoff), backoff, direction, attempted, failure, why);
    }
}
