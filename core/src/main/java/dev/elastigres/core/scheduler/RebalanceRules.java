package dev.elastigres.core.scheduler;

import java.time.Duration;

/// Rules of the moves between nodes.
///
/// @param watermark fraction of a node's allocatable resources above which VMs are moved away,
///     above 0 and at most 1. No move fills its target above it
/// @param quietTime time after a growth during which the VM is not moved
/// @param movePause time after a move during which the VM is not moved again, except off a cordoned
///     node
/// @param firstBackoff time after a failed move during which the VM is not moved; it doubles with
///     each further failure
/// @param maxBackoff bound on that time
/// @param maxMoves maximum number of moves under way in the cluster
public record RebalanceRules(
        double watermark,
        Duration quietTime,
        Duration movePause,
        Duration firstBackoff,
        Duration maxBackoff,
        int maxMoves) {
    public static final RebalanceRules DEFAULT =
            new RebalanceRules(
                    0.9,
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(1),
                    Duration.ofHours(1),
                    64);

    public RebalanceRules {
        if (!(watermark > 0 && watermark <= 1))
            throw new IllegalArgumentException(
                    "the watermark must be above 0 and at most 1: " + watermark);
        if (maxMoves < 1) throw new IllegalArgumentException("no moves allowed: " + maxMoves);
        if (maxBackoff.compareTo(firstBackoff) < 0)
            throw new IllegalArgumentException(
                    "the first backoff, %s, is longer than the maximum, %s"
                            .formatted(firstBackoff, maxBackoff));
    }

    public RebalanceRules withWatermark(double fraction) {
        return new RebalanceRules(
                fraction, quietTime, movePause, firstBackoff, maxBackoff, maxMoves);
    }

    /// Returns the backoff after a number of consecutive failures, at least 1.
    Duration backoff(int failures) {
        Duration time = firstBackoff;
        for (int i = 1; i < failures && time.compareTo(maxBackoff) < 0; i++)
            time = time.multipliedBy(2);
        return time.compareTo(maxBackoff) < 0 ? time : maxBackoff;
    }
}
