package dev.elastigres.simulation.faults;

import static dev.elastigres.simulation.faults.ViolationException.check;

import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.Decision;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.Limits;
import dev.elastigres.core.agent.Monitor;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One VM as the agent knows it: its state, what it waits for, and a check of every step.
final class Tenant {
    private final Rules rules;
    private final Optional<Bug> bug;
    private final Supplier<Moment> clock;
    private final Consumer<Transition> seen;
    private State state;

    /// The requests that are open, by whom they are to; empty again when answered or given up.
    private Optional<Moment> resizing = Optional.empty();

    private Optional<Moment> scheduling = Optional.empty();
    private Optional<Moment> shrinking = Optional.empty();
    private Optional<Moment> telling = Optional.empty();

    Tenant(
            State state,
            Rules rules,
            Optional<Bug> bug,
            Supplier<Moment> clock,
            Consumer<Transition> seen) {
        this.state = state;
        this.rules = rules;
        this.bug = bug;
        this.clock = clock;
        this.seen = seen;
    }

    State state() {
        return state;
    }

    Limits limits() {
        return state.limits();
    }

    /// Takes `event` and says what to do.
    Step take(Event event) {
        if (bug.isPresent() && !bug.get().hears(event))
            return new Step(state, List.of(), List.of());
        Moment now = clock.get();
        close(event);
        Step step = Decision.after(state, event, rules, now);
        step.transitions().forEach(seen);
        if (bug.isPresent()) step = bug.get().in(step);
        state = step.state();
        check(state.wakeAt().isAfter(now), () -> "would spin: wakes at once, without any event");
        check(!state.why().text().isBlank(), () -> "a decision without an explanation");
        for (Action action : step.actions()) open(action, now);
        return step;
    }

    /// Only what answers something open closes it; ids are the core's own business.
    private void close(Event event) {
        switch (event) {
            case Event.ResizeEnded _ -> resizing = Optional.empty();
            case Event.Permitted _, Event.SchedulerFailed _ -> scheduling = Optional.empty();
            case Event.Agreed _, Event.Refused _ -> shrinking = Optional.empty();
            case Event.Confirmed _ -> telling = Optional.empty();
            case Event.MonitorFailed _, Event.MonitorFound _, Event.MonitorLost _ -> {
                shrinking = Optional.empty();
                telling = Optional.empty();
            }
            case Event.MetricsRead _,
                    Event.SizeObserved _,
                    Event.MoreWanted _,
                    Event.OutOfMemory _,
                    Event.LimitsChanged _,
                    Event.Woke _ -> {}
        }
    }

    private void open(Action action, Moment now) {
        var timing = rules.timing();
        switch (action) {
            case Action.Resize resize -> {
                alone(resizing, now, "a resize beside a resize");
                alone(shrinking, now, "a resize while the monitor is asked for a smaller size");
                resizing = Optional.of(now.plus(timing.resizeLimit()));
                check(
                        limits().max().max(resize.from()).covers(resize.to()),
                        () -> "grows to " + resize.to().text() + ", above its maximum");
                check(
                        state.scheduler().permit().covers(resize.to()),
                        () ->
                                "grows to "
                                        + resize.to().text()
                                        + ", with a permit for "
                                        + state.scheduler().permit().text());
            }
            case Action.AskScheduler _ -> {
                alone(scheduling, now, "two asks to the scheduler at once");
                scheduling = Optional.of(now.plus(timing.schedulerLimit()));
            }
            case Action.AskMonitor ask -> {
                alone(resizing, now, "the monitor is asked while a resize runs");
                alone(shrinking, now, "two asks to the monitor at once");
                alone(telling, now, "the monitor is asked before it has confirmed");
                shrinking = Optional.of(now.plus(timing.monitorLimit()));
                check(
                        ask.target().plus(unit()).covers(monitor().high()),
                        () ->
                                "asks the monitor for more than one unit: from "
                                        + monitor().high().text()
                                        + " to "
                                        + ask.target().text());
            }
            case Action.TellMonitor tell -> {
                alone(telling, now, "the monitor is told twice at once");
                alone(shrinking, now, "the monitor is told while it is asked");
                telling = Optional.of(now.plus(timing.monitorLimit()));
                // A monitor that nobody told anything yet is told all at once.
                check(
                        monitor().low().equals(Resources.ZERO)
                                || monitor().low().plus(unit()).covers(tell.size()),
                        () ->
                                "tells the monitor of more than one unit: from "
                                        + monitor().low().text()
                                        + " to "
                                        + tell.size().text());
            }
            case Action.Look() -> {}
        }
    }

    private Resources unit() {
        return limits().unit().times(1);
    }

    private Monitor.Present monitor() {
        if (state.monitor() instanceof Monitor.Present present) return present;
        throw new ViolationException("speaks to a monitor that is not there");
    }

    private static void alone(Optional<Moment> open, Moment now, String otherwise) {
        check(open.isEmpty() || !now.isBefore(open.get()), () -> otherwise);
    }
}
