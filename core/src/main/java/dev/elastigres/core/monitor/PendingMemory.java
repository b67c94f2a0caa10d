package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// Memory that was requested or announced and is not all present yet.
///
/// @param requestedAt when it was requested; empty if the agent announced it unasked
/// @param announced whether the agent has announced an amount
/// @param progress time of the last progress: the request, the announcement, or an arrival of
///     memory
/// @param took time from the request to the last arrival; empty before the first
/// @param awaited whether the monitor still waits for it. Afterwards the request is only
///     remembered, because memory that arrives late still shows the grant delay.
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

    /// Returns the state after a repeated request. Memory that arrives is attributed to the first
    /// request unless that is older than `memory`.
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

    /// Returns when waiting ends: after one and a half horizons without an arrival, but at least
    /// after `interval`; after the first arrival, `interval` after the last.
    Moment deadline(Duration horizon, Duration interval) {
        Duration patience = horizon.plus(horizon.dividedBy(2));
        boolean waits = took.isEmpty() && patience.compareTo(interval) > 0;
        return progress.plus(waits ? patience : interval);
    }
}
