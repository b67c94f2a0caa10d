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
/// @param problems what could not be reached or read the last time, by name
/// @param recent what was done last, the newest last
/// @param transitions how often each came about
public record VmStatus(
        String name,
        State state,
        Optional<Integer> monitorVersion,
        Map<String, String> problems,
        List<VmNote> recent,
        Map<Transition, Long> transitions) {
    public VmStatus {
        problems = Map.copyOf(problems);
        recent = List.copyOf(recent);
        transitions = Map.copyOf(transitions);
    }

    /// @param what one readable clause
    public record VmNote(Instant at, String what) {}
}
