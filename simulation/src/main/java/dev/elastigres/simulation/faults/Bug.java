package dev.elastigres.simulation.faults;

import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A mistake put between the core and the world, to see that it is found.
public enum Bug {
    /// Grows as soon as it asks the scheduler.
    UNPERMITTED,
    /// Shrinks as soon as it asks the monitor.
    UNAGREED,
    /// Never hears that a monitor is there.
    DEAF,
    /// Begins a second resize beside each.
    DOUBLED;

    /// What an agent with this mistake makes of `step`.
    Step in(Step step) {
        var actions = new ArrayList<Action>(step.actions());
        for (Action action : step.actions()) actions.addAll(beside(action));
        return new Step(step.state(), actions, step.transitions());
    }

    boolean hears(Event event) {
        return this != DEAF || !(event instanceof Event.MonitorFound);
    }

    /// How it is called.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    private List<Action> beside(Action action) {
        return switch (this) {
            case UNPERMITTED ->
                    action instanceof Action.AskScheduler ask && !ask.has().covers(ask.wanted())
                            ? List.of(new Action.Resize(ask.id(), ask.has(), ask.wanted()))
                            : List.of();
            case UNAGREED ->
                    action instanceof Action.AskMonitor ask
                            ? List.of(new Action.Resize(ask.id(), ask.target(), ask.target()))
                            : List.of();
            case DOUBLED -> action instanceof Action.Resize ? List.of(action) : List.of();
            case DEAF -> List.of();
        };
    }
}
