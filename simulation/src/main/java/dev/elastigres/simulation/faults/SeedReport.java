package dev.elastigres.simulation.faults;

import dev.elastigres.core.agent.Transition;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Result of the simulation of one seed.
///
/// @param events number of events that the agent handled
/// @param reached transitions that occurred
/// @param violation the violated invariant and its time; empty without one
/// @param lastEvents the last events before the end, oldest first
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
