package dev.elastigres.core.monitor;

import java.util.List;

/// What follows from one event: the state after it, and what to do now.
public record Step(State state, List<Action> actions) {
    public Step {
        actions = List.copyOf(actions);
    }
}
