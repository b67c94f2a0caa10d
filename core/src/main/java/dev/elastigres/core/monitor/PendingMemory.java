package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// Memory that was asked for or announced, and is not all there yet.
///
/// @param requestedAt when it was asked for; empty when the agent announced it of its own accord
/// @param announced whether the agent has said how much it is
/// @param progress the last sign of it: the request, the announcement, or some of the memory
/// @param took from the request to the memory seen last; empty before any was seen
/// @param awaited whether it is still waited for; afterwards it is only remembered, as memory that
///     comes late still teaches how long it takes
public record PendingMemory(
        Optional<Moment> requestedAt,
        boolean announced,
        Moment progress,
        Optional<Duration> took,
        boolean awaited) {
    static PendingMemory withRequest(Moment now) {
        return new PendingMemory(Optional.of(now), false, now, Optional.empty(), true);
    }

    static PendingMemory announced(Moment now) {
        return new PendingMemory(Optional.empty(), true, now, Optional.empty(), true);
    }

    PendingMemory isAnnounced(Moment now) {
        return new PendingMemory(requestedAt, true, now, took, true);
    }

    /// What comes answers the first request, unless that is longer ago than `memory`.
    PendingMemory isAskedAgain(Moment now, Duration memory) {
        Optional<Moment> first = requestedAt.filter(it -> now.since(it).compareTo(memory) <= 0);
        return new PendingMemory(first.or(() -> Optional.of(now)), announced, now, took, true);
    }

    PendingMemory arrives(Moment now) {
        return new PendingMemory(requestedAt, announced, now, requestedAt.map(now::since), true);
    }

    PendingMemory isGivenUp() {
        return new PendingMemory(requestedAt, announced, progress, took, false);
    }

    /// When it is given up: later than it takes here, and soon after the last of what came.
    Moment deadline(Duration horizon, Duration interval) {
        Duration patience = horizon.plus(horizon.dividedBy(2));
        boolean waits = took.isEmpty() && patience.compareTo(interval) > 0;
        return progress.plus(waits ? patience : interval);
    }
}
