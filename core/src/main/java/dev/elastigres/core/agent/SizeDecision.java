package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// Decides which size a VM should have: the goal of its metrics, raised by an urgent request of
/// its monitor, by the memory floor after a kill, and by a refused shrink. A hold of an operator
/// replaces the goal.
final class SizeDecision {
    private SizeDecision() {}

    static WantedSize decide(AgentStepBuilder step) {
        State state = step.state();
        WantedSize wanted =
                state.hold()
                        .map(it -> byHold(it, step))
                        .orElseGet(() -> raised(byGoal(step), step));
        Resources before = state.why().wanted();
        if (!wanted.size().equals(before))
            step.add(
                    before.covers(wanted.size())
                            ? Transition.SIZE_WANTED_FELL
                            : Transition.SIZE_WANTED_ROSE);
        // A raised minimum makes the VM larger, too, but is no consequence of its last shrink.
        if (!state.current().covers(wanted.size()))
            DemandDecision.noteShortage(lacking(state, step.rules(), step.now()), step);
        return wanted;
    }

    private static WantedSize byHold(SizeHold hold, AgentStepBuilder step) {
        State state = step.state();
        return switch (hold) {
            // The size may be outside limits that were changed meanwhile.
            case SizeHold.Pause(Moment end, String by) ->
                    raised(
                            WantedSize.of(
                                    state.size().requested(),
                                    new SizeReason.Paused(end.since(step.now()), by)),
                            step);
            case SizeHold.Pin pin -> raisedByRefusals(pinned(pin, step), state);
        };
    }

    private static WantedSize pinned(SizeHold.Pin pin, AgentStepBuilder step) {
        SizeLimits limits = step.state().limits();
        boolean wholeUnits = MonitorSteps.takesWholeUnits(step.state(), step.rules());
        return WantedSize.of(
                limits.within(inSteps(pin.size(), wholeUnits, limits)),
                new SizeReason.Pinned(pin.size(), pin.left(step.now()), pin.by()));
    }

    private static WantedSize byGoal(AgentStepBuilder step) {
        State state = step.state();
        WantedSize size = byGoal(state, step.rules(), step.now());
        switch (size.reasons().size()) {
            case SizeReason.Stale _ -> step.add(Transition.METRICS_STALE);
            case SizeReason.HistoryTooShort _ -> step.add(Transition.HISTORY_TOO_SHORT);
            case SizeReason.Damped _ -> step.add(Transition.SHRINK_DAMPED);
            case SizeReason.NoMetrics _,
                    SizeReason.ByGoal _,
                    SizeReason.AtLimit _,
                    SizeReason.AboveMaximum _,
                    SizeReason.Incomplete _,
                    SizeReason.UrgentRequest _,
                    SizeReason.OomKilled _,
                    SizeReason.ShrinkRefused _,
                    SizeReason.Paused _,
                    SizeReason.Pinned _ -> {}
        }
        return size;
    }

    private static WantedSize byGoal(State state, ScalingRules rules, Moment now) {
        DemandHistory history = state.demand().history();
        SizeLimits limits = state.limits();
        // Until demand is known, a resize that was started continues, and none is started.
        Resources kept = limits.within(state.size().requested());
        if (history.goal().isEmpty())
            return atMaximum(WantedSize.of(kept, new SizeReason.NoMetrics()), state);

        Goal goal = history.goal().get();
        boolean wholeUnits = MonitorSteps.takesWholeUnits(state, rules);
        Resources unlimited = inSteps(history.size(rules, now), wholeUnits, limits);
        Resources newest = inSteps(goal.size(), wholeUnits, limits);
        boolean within = limits.max().covers(unlimited) && unlimited.covers(limits.min());
        WantedSize wanted =
                WantedSize.of(
                        limits.within(unlimited),
                        within
                                ? new SizeReason.ByGoal(goal)
                                : SizeReason.AtLimit.of(goal, unlimited, limits));
        if (!newest.covers(unlimited) && !limits.within(newest).equals(wanted.size()))
            wanted =
                    wanted.because(
                            new SizeReason.Damped(goal, unlimited, keptFor(history, rules)),
                            unlimited.onlyWhereMoreThan(newest));
        if (!wanted.size().covers(kept)) {
            Optional<SizeReason> held = held(history, goal, rules, now);
            if (held.isPresent()) wanted = wanted.raisedTo(kept, _ -> held.get());
        }
        return atMaximum(wanted, state);
    }

    /// Returns why no resource may shrink; empty if the goal is reliable enough for it.
    private static Optional<SizeReason> held(
            DemandHistory history, Goal goal, ScalingRules rules, Moment now) {
        Duration staleAfter = rules.timing().staleAfter();
        if (history.isStale(staleAfter, now))
            return Optional.of(new SizeReason.Stale(goal, staleAfter));
        if (!goal.complete()) return Optional.of(new SizeReason.Incomplete(goal));
        Duration window = rules.dampingWindow();
        Duration knownFor = history.knownFor(now);
        return knownFor.compareTo(window) < 0
                ? Optional.of(new SizeReason.HistoryTooShort(goal, knownFor, window))
                : Optional.empty();
    }

    /// Gives the maximum as the reason for the resources that it reduces: those that have more than
    /// the maximum, for which the goal alone does not decide.
    private static WantedSize atMaximum(WantedSize wanted, State state) {
        Resources requested = state.size().requested();
        if (state.limits().max().covers(requested)) return wanted;
        Resources max = state.limits().max().onlyWhereLessThan(requested);
        Optional<Goal> goal = state.demand().history().goal();
        if (goal.isPresent()) max = max.onlyWhereMoreThan(goal.get().size());
        max =
                new Resources(
                        max.vcpus() == wanted.size().vcpus() ? max.vcpus() : 0,
                        max.memory().equals(wanted.size().memory()) ? max.memory() : Bytes.ZERO);
        return max.equals(Resources.ZERO)
                ? wanted
                : wanted.because(new SizeReason.AboveMaximum(max, goal), max);
    }

    /// Returns the resources of which the metrics call for more than the VM has.
    private static ResourceSet lacking(State state, ScalingRules rules, Moment now) {
        DemandHistory history = state.demand().history();
        return history.goal().isEmpty()
                ? ResourceSet.NONE
                : ResourceSet.less(
                        state.current(), history.size(rules, now).min(state.limits().max()));
    }

    private static Resources inSteps(Resources size, boolean wholeUnits, SizeLimits limits) {
        return wholeUnits ? limits.unit().roundedUp(size) : size;
    }

    /// Returns the longest time for which a peak of the demand counts.
    private static Duration keptFor(DemandHistory history, ScalingRules rules) {
        Duration cpus = history.learned().cpuWindow(rules);
        Duration memory = history.learned().memoryWindow(rules);
        return cpus.compareTo(memory) > 0 ? cpus : memory;
    }

    private static WantedSize raised(WantedSize goal, AgentStepBuilder step) {
        State state = step.state();
        VmDemand demand = state.demand();
        SizeLimits limits = state.limits();
        WantedSize wanted = goal;
        if (demand.urgent().isPresent())
            wanted =
                    wanted.raisedTo(
                            limits.roundedUp(demand.urgent().get().min()).min(limits.max()),
                            SizeReason.UrgentRequest::new);
        if (demand.memoryFloor().isPresent())
            wanted =
                    atLeast(
                            inSteps(
                                            new Resources(
                                                    0, demand.memoryFloor().get().at(step.now())),
                                            MonitorSteps.takesWholeUnits(state, step.rules()),
                                            limits)
                                    .memory(),
                            wanted,
                            limits);
        return raisedByRefusals(wanted, state);
    }

    /// Returns the size that the refused shrinks leave. A refusal counts above the maximum, too,
    /// but never makes a VM larger than it is.
    private static WantedSize raisedByRefusals(WantedSize wanted, State state) {
        WantedSize raised = wanted;
        for (RefusedShrink refused : state.shrink().refused())
            raised =
                    raised.raisedTo(
                            refused.min().min(state.current()),
                            it -> new SizeReason.ShrinkRefused(it, refused.by(), refused.why()));
        return raised;
    }

    private static WantedSize atLeast(Bytes floor, WantedSize wanted, SizeLimits limits) {
        Bytes max = limits.max().memory();
        boolean atMaximum = max.isLessThan(floor);
        var min = new Resources(0, floor.min(max));
        Resources raised = wanted.size().max(min);
        return raised.equals(wanted.size()) && !atMaximum
                ? wanted
                : new WantedSize(
                        raised,
                        wanted.reasons().with(new SizeReason.OomKilled(min, atMaximum), min));
    }
}
