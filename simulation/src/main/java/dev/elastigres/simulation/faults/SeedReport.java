package dev.elastigres.simulation.faults;

import dev.elastigres.core.agent.Transition;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What came of one seed.
///
/// @param events how many events the agent took
/// @param reached what came about
/// @param violation the promise that was broken, and when
/// @param lastEvents what happened before that, oldest first
public record SeedReport(
        long seed,
        long events,
        Set<Transition> reached,
        Optional<String> violation,
        List<String> lastEvents) {
    public SeedReport {
        reached = Set.copyOf(reached);
        lastEvents = List.copyOf(lastEvents);
    }
}
