package dev.elastigres.core.agent;

import java.util.List;

/// What follows from one event: the state after it, what to do now, and what came about.
public record Step(State state, List<Action> actions, List<Transition> transitions) {
    public Step {
        actions = List.copyOf(actions);
        transitions = List.copyOf(transitions);
    }
}
