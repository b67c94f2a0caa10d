package dev.elastigres.core.agent;

import java.util.List;
import java.util.Optional;

/// What follows from one event: the state after it, what to do now, and what came about.
///
/// @param change of the VM's size, when it was seen to change
public record Step(
        State state,
        List<Action> actions,
        List<Transition> transitions,
        Optional<SizeChange> change) {
    public Step {
        actions = List.copyOf(actions);
        transitions = List.copyOf(transitions);
    }
}
