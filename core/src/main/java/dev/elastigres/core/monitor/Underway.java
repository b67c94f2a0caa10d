package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// Memory that was asked for or announced, and is not all there yet.
///
/// @param asked when it was asked for; empty when the agent announced it of its own accord
/// @param announced whether the agent has said how much it is
/// @param progress the last sign of it: the request, the announcement, or some of the memory
/// @param took from the request to the memory seen last; empty before any was seen
/// @param awaited whether it is still waited for; afterwards it is only remembered, as memory that
///     comes late still teaches how long it takes
public record Underway(
        Optional<Moment> asked,
        boolean announced,
        Moment progress,
        Optional<Duration> took,
        boolean awaited) {
    static Underway asked(Moment now) {
        return new Underway(Optional.of(now), false, now, Optional.empty(), true);
    }

    static Underway announced(Moment now) {
        return new Underway(Optional.empty(), true, now, Optional.empty(), true);
    }

    Underway isAnnounced(Moment now) {
        return new Underway(asked, true, now, took, true);
    }

    /// What comes answers the first request, unless that is longer ago than `memory`.
    Underway isAskedAgain(Moment now, Duration memory) {
        Optional<Moment> first = asked.filter(it -> now.since(it).compareTo(memory) <= 0);
        return new Underway(first.or(() -> Optional.of(now)), announced, now, took, true);
    }

    Underway arrives(Moment now) {
        return new Underway(asked, announced, now, asked.map(now::since), true);
    }

    Underway isGivenUp() {
        return new Underway(asked, announced, progress, took, false);
    }

    /// When it is given up: later than it takes here, and soon after the last of what came.
    Moment deadline(Duration horizon, Duration interval) {
        Duration patience = horizon.plus(horizon.dividedBy(2));
        boolean waits = took.isEmpty() && patience.compareTo(interval) > 0;
        return progress.plus(waits ? patience : interval);
    }
}
