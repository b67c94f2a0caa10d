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
public record Underway(
        Optional<Moment> asked, boolean announced, Moment progress, Optional<Duration> took) {

    static Underway asked(Moment now) {
        return new Underway(Optional.of(now), false, now, Optional.empty());
    }

    static Underway announced(Moment now) {
        return new Underway(Optional.empty(), true, now, Optional.empty());
    }

    Underway isAnnounced(Moment now) {
        return new Underway(asked, true, now, took);
    }

    /// What comes answers the first request, unless that is longer ago than `memory`.
    Underway isAskedAgain(Moment now, Duration memory) {
        Optional<Moment> first = asked.filter(it -> now.since(it).compareTo(memory) <= 0);
        return new Underway(first.or(() -> Optional.of(now)), announced, now, took);
    }

    Underway arrives(Moment now) {
        return new Underway(asked, announced, now, asked.map(now::since));
    }

    /// When it is given up: later than it takes here, and soon after the last of what came.
    Moment deadline(Duration horizon, Duration interval) {
        Duration patience = horizon.plus(horizon.dividedBy(2));
        boolean waits = took.isEmpty() && patience.compareTo(interval) > 0;
        return progress.plus(waits ? patience : interval);
    }
}
