package dev.elastigres.simulation.faults;

import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.DemandHistory;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.SizeChange;
import dev.elastigres.core.agent.SizeReason;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Deliberate bugs of the simulated agent, which the checks must find.
public enum PlantedBug {
    /// Resizes as soon as it asks the scheduler for more.
    UNPERMITTED,
    /// Resizes as soon as it asks the monitor for a shrink.
    UNAGREED,
    /// Ignores that a monitor connected.
    DEAF,
    /// Starts every resize twice.
    DOUBLED,
    /// Counts the guest's work during a resize as demand.
    OVERLAPPING,
    /// Counts CPU measurements over too short a time.
    HASTY,
    /// Assumes a low demand during the time before its start.
    FORGETFUL,
    /// Adds memory when only CPUs are requested.
    GREEDY,
    /// Repeats a refused shrink at once.
    INSISTENT,
    /// Reports a size change with the reason of a later decision.
    MISATTRIBUTED,
    /// Ignores processes that were killed because memory ran out.
    SILENT,
    /// Ignores holds of operators.
    RESTLESS,
    /// Shrinks no resource while the other one waits for room to grow.
    COUPLED,
    /// Requests shrinks in fractions of a compute unit from a monitor that gets whole ones.
    FRACTIONAL,
    /// Lets all VMs grow beyond their fair shares at once.
    UNBOUNDED;

    private static final Resources HALF_CPU_STEP = new Resources(0.025, Bytes.ZERO);
    private static final Duration LONG = Duration.ofHours(1);

    /// Returns the initial state of an agent with this bug.
    State begun(State state, Moment now) {
        if (this != FORGETFUL) return state;
        DemandHistory none = state.demand().history();
        var known = new DemandHistory.CompletePeriod(new Moment(now.nanos() - LONG.toNanos()), now);
        var history =
                new DemandHistory(
                        none.goal(),
                        none.readAt(),
                        none.total(),
                        none.cpu(),
                        none.load(),
                        Optional.of(known),
                        none.cpuPeaks(),
                        none.memoryPeaks(),
                        none.estimate(),
                        none.learned());
        return state.with(state.demand().with(history));
    }

    /// Returns `event` as an agent with this bug receives it.
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

    /// Returns the page as if the CPUs had been measured for just long enough.
    private Event measured(Event.MetricsRead read) {
        Duration interval = read.at().since(read.since());
        boolean brief = interval.compareTo(DemandHistory.MIN_CPU_INTERVAL) < 0;
        if (interval.isZero() || brief != (this == HASTY)) return read;
        var since = new Moment(read.at().nanos() - DemandHistory.MIN_CPU_INTERVAL.toNanos());
        return new Event.MetricsRead(read.metrics(), since, read.at());
    }

    /// Returns `step` as an agent with this bug takes it.
    Step in(Step step) {
        var actions = new ArrayList<Action>();
        for (Action action : step.actions())
            if (does(action, step.state())) actions.add(action(action, step.state()));
        for (Action action : step.actions()) actions.addAll(beside(action));
        return new Step(state(step.state()), actions, step.transitions(), change(step));
    }

    private boolean does(Action action, State state) {
        boolean grows = !state.current().covers(state.why().wanted());
        return !(this == COUPLED && action instanceof Action.RequestDownscale && grows);
    }

    private Action action(Action action, State state) {
        return this == FRACTIONAL && action instanceof Action.RequestDownscale ask
                ? new Action.RequestDownscale(
                        ask.session(),
                        ask.id(),
                        ask.target().max(state.why().wanted()).plus(HALF_CPU_STEP))
                : action;
    }

    private State state(State state) {
        return this == INSISTENT ? state.with(state.shrink().withoutRefusals()) : state;
    }

    private Optional<SizeChange> change(Step step) {
        SizeReason latest = step.state().why().reason();
        return this == MISATTRIBUTED
                ? step.change().map(it -> new SizeChange(it.from(), it.to(), Optional.of(latest)))
                : step.change();
    }

    boolean hears(Event event) {
        return !(this == DEAF && event instanceof Event.MonitorFound)
                && !(this == SILENT && event instanceof Event.OutOfMemory)
                && !(this == RESTLESS && event instanceof Event.HoldChanged);
    }

    /// Returns the name of the bug.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    private List<Action> beside(Action action) {
        return switch (this) {
            case UNPERMITTED ->
                    action instanceof Action.RequestPermit ask
                                    && !ask.current().covers(ask.wanted())
                            ? List.of(new Action.Resize(ask.id(), ask.current(), ask.wanted()))
                            : List.of();
            case UNAGREED ->
                    action instanceof Action.RequestDownscale ask
                            ? List.of(new Action.Resize(ask.id(), ask.target(), ask.target()))
                            : List.of();
            case DOUBLED -> action instanceof Action.Resize ? List.of(action) : List.of();
            case DEAF,
                    OVERLAPPING,
                    HASTY,
                    FORGETFUL,
                    GREEDY,
                    INSISTENT,
                    MISATTRIBUTED,
                    SILENT,
                    RESTLESS,
                    COUPLED,
                    FRACTIONAL,
                    UNBOUNDED ->
                    List.of();
        };
    }
}
