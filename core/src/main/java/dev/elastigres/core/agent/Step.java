package dev.elastigres.core.agent;

import java.util.List;
import java.util.Optional;

/// Result of one event: the new state, the actions to take, and the transitions that occurred.
///
/// @param change the observed change of the VM's size, if any
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
