package dev.elastigres.simulation.faults;

import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.DemandHistory;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.RefusedShrink;
import dev.elastigres.core.agent.SizeChange;
import dev.elastigres.core.agent.SizeReason;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A mistake put between the core and the world, to see that it is found.
public enum PlantedBug {
    /// Grows as soon as it asks the scheduler.
    UNPERMITTED,
    /// Shrinks as soon as it asks the monitor.
    UNAGREED,
    /// Never hears that a monitor is there.
    DEAF,
    /// Begins a second resize beside each.
    DOUBLED,
    /// Takes the guest's work for a resize for demand.
    OVERLAPPING,
    /// Takes what the CPUs did for a moment for demand.
    HASTY,
    /// Takes the time before its start for a calm one.
    FORGETFUL,
    /// Brings memory when CPUs are asked for.
    GREEDY,
    /// Asks for the same shrink again when it was refused.
    INSISTENT,
    /// Explains a change of size by what was decided after it.
    MISATTRIBUTED,
    /// Says nothing of processes that were killed for want of memory.
    SILENT;

    private static final Duration LONG = Duration.ofHours(1);

    /// How an agent with this mistake begins.
    State begun(State state, Moment now) {
        if (this != FORGETFUL) return state;
        DemandHistory none = state.demand();
        var known = new DemandHistory.CompletePeriod(new Moment(now.nanos() - LONG.toNanos()), now);
        var demand =
                new DemandHistory(
                        none.goal(),
                        none.readAt(),
                        none.total(),
                        none.cpu(),
                        Optional.of(known),
                        none.peaks());
        return with(state, demand, state.refusedShrink());
    }

    /// What it makes of `event`.
    Event in(Event event, State state) {
        if (event instanceof Event.MetricsRead read && (this == OVERLAPPING || this == HASTY))
            return measured(read);
        if (event instanceof Event.UpscaleRequested(long session, Optional<Resources> min)
                && this == GREEDY) {
            var unit = state.limits().unit();
            return new Event.UpscaleRequested(
                    session, min.map(it -> unit.times(unit.covering(it))));
        }
        return event;
    }

    /// As if the CPUs had been measured for just long enough.
    private Event measured(Event.MetricsRead read) {
        Duration interval = read.at().since(read.since());
        boolean brief = interval.compareTo(DemandHistory.MIN_CPU_INTERVAL) < 0;
        if (interval.isZero() || brief != (this == HASTY)) return read;
        var since = new Moment(read.at().nanos() - DemandHistory.MIN_CPU_INTERVAL.toNanos());
        return new Event.MetricsRead(read.metrics(), since, read.at());
    }

    /// What it makes of `step`.
    Step in(Step step) {
        var actions = new ArrayList<Action>(step.actions());
        for (Action action : step.actions()) actions.addAll(beside(action));
        return new Step(state(step.state()), actions, step.transitions(), change(step));
    }

    private State state(State state) {
        return this == INSISTENT ? with(state, state.demand(), Optional.empty()) : state;
    }

    private Optional<SizeChange> change(Step step) {
        SizeReason latest = step.state().why().reason();
        return this == MISATTRIBUTED
                ? step.change().map(it -> new SizeChange(it.from(), it.to(), Optional.of(latest)))
                : step.change();
    }

    boolean hears(Event event) {
        return !(this == DEAF && event instanceof Event.MonitorFound)
                && !(this == SILENT && event instanceof Event.OutOfMemory);
    }

    /// How it is called.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static State with(State state, DemandHistory demand, Optional<RefusedShrink> held) {
        return new State(
                state.limits(),
                state.current(),
                state.targetSize(),
                state.range(),
                demand,
                state.urgent(),
                held,
                state.cooldown(),
                state.scheduler(),
                state.monitor(),
                state.resizing(),
                state.retries(),
                state.resizedFor(),
                state.resizeSpan(),
                state.oomKillAt(),
                state.memoryFloor(),
                state.nextId(),
                state.lookAt(),
                state.why(),
                state.wakeAt());
    }

    private List<Action> beside(Action action) {
        return switch (this) {
            case UNPERMITTED ->
                    action instanceof Action.AskScheduler ask && !ask.current().covers(ask.wanted())
                            ? List.of(new Action.Resize(ask.id(), ask.current(), ask.wanted()))
                            : List.of();
            case UNAGREED ->
                    action instanceof Action.AskMonitor ask
                            ? List.of(new Action.Resize(ask.id(), ask.target(), ask.target()))
                            : List.of();
            case DOUBLED -> action instanceof Action.Resize ? List.of(action) : List.of();
            case DEAF, OVERLAPPING, HASTY, FORGETFUL, GREEDY, INSISTENT, MISATTRIBUTED, SILENT ->
                    List.of();
        };
    }
}
