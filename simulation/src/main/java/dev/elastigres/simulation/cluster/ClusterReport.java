package dev.elastigres.simulation.cluster;

import java.util.List;
import java.util.Optional;

/// Result of the simulation of one cluster.
///
/// @param seed the seed
/// @param events number of events
/// @param counts what happened
/// @param violation the violated invariant and its time; empty without one
/// @param lastEvents the last events before the end, oldest first
public record ClusterReport(
        long seed,
        long events,
        ClusterTotals counts,
        Optional<String> violation,
        List<String> lastEvents) {
    public ClusterReport {
        lastEvents = List.copyOf(lastEvents);
    }

    /// What happened in one or several simulations.
    ///
    /// @param growths answers that permitted growth
    /// @param denials answers that permitted less than was wanted
    /// @param moves moves begun
    /// @param failedMoves moves that failed
    /// @param uselessMoves moves that failed for want of room, that filled their target above the
    ///     watermark, or of a VM that had to move again within 10 minutes
    /// @param secondsAbove node-seconds above the watermark
    /// @param secondsShort VM-seconds below the goal
    /// @param restarts restarts of the scheduler
    /// @param nodeFailures failures of nodes
    public record ClusterTotals(
            long growths,
            long denials,
            long moves,
            long failedMoves,
            long uselessMoves,
            long secondsAbove,
            long secondsShort,
            long restarts,
            long nodeFailures) {
        public static final ClusterTotals NONE = new ClusterTotals(0, 0, 0, 0, 0, 0, 0, 0, 0);

        public ClusterTotals plus(ClusterTotals other) {
            return new ClusterTotals(
                    growths + other.growths,
                    denials + other.denials,
                    moves + other.moves,
                    failedMoves + other.failedMoves,
                    uselessMoves + other.uselessMoves,
                    secondsAbove + other.secondsAbove,
                    secondsShort + other.secondsShort,
                    restarts + other.restarts,
                    nodeFailures + other.nodeFailures);
        }
    }
}
