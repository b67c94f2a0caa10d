package dev.elastigres.agent.worker;

import dev.elastigres.agent.hold.VmHold;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Transition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Snapshot of a VM.
///
/// @param name name of the VM
/// @param state state after the last step
/// @param monitorVersion protocol version of the connected monitor; empty without one
/// @param problems the latest failure of each dependency, by dependency name
/// @param recent recent notes, the newest last
/// @param transitions number of occurrences of each transition
/// @param hold the operator's hold on its size, if any
public record VmStatus(
        String name,
        State state,
        Optional<Integer> monitorVersion,
        Map<String, String> problems,
        List<VmNote> recent,
        Map<Transition, Long> transitions,
        Optional<VmHold> hold) {
    /// Creates a snapshot of a VM without a hold.
    public VmStatus(
            String name,
            State state,
            Optional<Integer> monitorVersion,
            Map<String, String> problems,
            List<VmNote> recent,
            Map<Transition, Long> transitions) {
        this(name, state, monitorVersion, problems, recent, transitions, Optional.empty());
    }

    public VmStatus {
        problems = Map.copyOf(problems);
        recent = List.copyOf(recent);
        transitions = Map.copyOf(transitions);
    }

    /// A note on a VM.
    ///
    /// @param at time of the note
    /// @param what one readable clause
    public record VmNote(Instant at, String what) {}
}
