package dev.elastigres.agent.worker;

import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Transition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What others may see of a VM.
///
/// @param state as it was after the last step
/// @param monitorVersion of the protocol that its monitor speaks, while one is connected
/// @param troubles what could not be reached or read the last time, by name
/// @param recent what was done last, the newest last
/// @param transitions how often each came about
public record VmView(
        String name,
        State state,
        Optional<Integer> monitorVersion,
        Map<String, String> troubles,
        List<Note> recent,
        Map<Transition, Long> transitions) {
    public VmView {
        troubles = Map.copyOf(troubles);
        recent = List.copyOf(recent);
        transitions = Map.copyOf(transitions);
    }

    /// @param what one readable clause
    public record Note(Instant at, String what) {}
}
