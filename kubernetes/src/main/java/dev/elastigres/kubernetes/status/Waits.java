package dev.elastigres.kubernetes.status;

import java.time.Duration;

/// How long is waited for what.
///
/// @param between two writes of an object by this agent; what lasts less long is not written
/// @param unrest how long it may go on that nothing lasts, until it is written all the same
/// @param turn by which agents come one after another, where each could do it
/// @param nobody until it is said of an object that it has no pods; up to four times of that
/// @param longest where a wait ends that doubles, after what does not stay written
/// @param troubled after a first failure
/// @param patience how long the fleet may take to see all pods, after the start
/// @param stale between two looks whether another agent's entries are of pods that are gone
record Waits(
        Duration between,
        Duration unrest,
        Duration turn,
        Duration nobody,
        Duration longest,
        Duration troubled,
        Duration patience,
        Duration stale) {
    static final Waits DEFAULT =
            new Waits(
                    Duration.ofSeconds(2),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(10),
                    Duration.ofMinutes(10),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5));
}
