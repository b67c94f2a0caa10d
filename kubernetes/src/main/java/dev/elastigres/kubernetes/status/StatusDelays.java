package dev.elastigres.kubernetes.status;

import java.time.Duration;

/// Delays of status writes.
///
/// @param between minimum interval between two writes of an object by this agent; states that last
///     less are not written
/// @param unrest maximum delay of a write while the state keeps changing
/// @param writeInterval delay between one agent and the next, in order, if each of them could write
///     the change
/// @param noPods minimum delay before an object is reported as having no pods; the delay is random,
///     up to four times this
/// @param max maximum backoff after a write that another writer reverted or the API server rejected
/// @param afterProblem first backoff after a failed write
/// @param maxWait time after the start in which the fleet may not have seen all pods
/// @param stale mean interval between two checks for entries of pods that no longer exist
record StatusDelays(
        Duration between,
        Duration unrest,
        Duration writeInterval,
        Duration noPods,
        Duration max,
        Duration afterProblem,
        Duration maxWait,
        Duration stale) {
    static final StatusDelays DEFAULT =
            new StatusDelays(
                    Duration.ofSeconds(2),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5));
}
