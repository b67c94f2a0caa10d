package dev.elastigres.core.monitor;

import java.util.List;

/// Result of one event: the new state and the actions to take.
public record Step(State state, List<Action> actions) {
    public Step {
        actions = List.copyOf(actions);
    }
}
