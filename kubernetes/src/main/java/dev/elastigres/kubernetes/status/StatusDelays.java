package dev.elastigres.kubernetes.status;

import java.time.Duration;

/// How long is waited for what.
///
/// @param between two writes of an object by this agent; what lasts less long is not written
/// @param unrest how long it may go on that nothing lasts, until it is written all the same
/// @param writeInterval by which agents come one after another, where each could do it
/// @param nobody until it is said of an object that it has no pods; up to four times of that
/// @param max where a wait ends that doubles, after what does not stay written
/// @param afterProblem after a first failure
/// @param maxWait how long the fleet may take to see all pods, after the start
/// @param stale between two looks whether another agent's entries are of pods that are gone
record StatusDelays(
        Duration between,
        Duration unrest,
        Duration writeInterval,
        Duration nobody,
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
