package dev.elastigres.core.scheduler;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// A VM on its node, as the rebalancer sees it.
///
/// @param pod its pod
/// @param node the node of the pod
/// @param booked what it takes of the node
/// @param unmet what it would take in addition if its last request was met; zero if it was
/// @param memory its memory, most of which a move transfers
/// @param history its growth and moves
/// @param mayMove whether its owner allows moves
public record VmPlacement(
        PodIdentity pod,
        String node,
        Resources booked,
        Resources unmet,
        Bytes memory,
        MoveHistory history,
        boolean mayMove) {

    /// Past events of a VM that delay its next move.
    ///
    /// @param grownAt when it last grew
    /// @param movedAt when its last move succeeded
    /// @param failedAt when its last move failed; empty if a later one succeeded
    /// @param failures number of consecutive failures
    public record MoveHistory(
            Optional<Moment> grownAt,
            Optional<Moment> movedAt,
            Optional<Moment> failedAt,
            int failures) {
        public static final MoveHistory NONE =
                new MoveHistory(Optional.empty(), Optional.empty(), Optional.empty(), 0);

        public MoveHistory grown(Moment at) {
            return new MoveHistory(Optional.of(at), movedAt, failedAt, failures);
        }

        public MoveHistory moved(Moment at) {
            return new MoveHistory(grownAt, Optional.of(at), Optional.empty(), 0);
        }

        public MoveHistory failed(Moment at) {
            return new MoveHistory(grownAt, movedAt, Optional.of(at), failures + 1);
        }
    }

    /// Returns what it takes of a node once its last request is met.
    Resources wanted() {
        return booked.plus(unmet);
    }

    boolean isWaiting() {
        return !unmet.equals(Resources.ZERO);
    }
}
