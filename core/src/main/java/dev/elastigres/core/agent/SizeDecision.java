package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;

/// Decides which size a VM should have: the goal of its metrics, raised by an urgent request of
/// its monitor, by the memory floor after a kill, and by a refused shrink.
final class SizeDecision {
    private SizeDecision() {}

    static WantedSize decide(AgentStepBuilder step) {
        State state = step.state();
        WantedSize wanted = raised(byGoal(step), state, step.now());
        Resources before = state.why().wanted();
        if (!wanted.size().equals(before))
            step.add(
                    before.covers(wanted.size())
                            ? Transition.SIZE_WANTED_FELL
                            : Transition.SIZE_WANTED_ROSE);
        if (!state.current().covers(wanted.size())) DemandDecision.noteShortage(step);
        return wanted;
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
                    SizeReason.Incomplete _,
                    SizeReason.UrgentRequest _,
                    SizeReason.OomKilled _,
                    SizeReason.ShrinkRefused _ -> {}
        }
        return size;
    }

    private static WantedSize byGoal(State state, ScalingRules rules, Moment now) {
        DemandHistory history = state.demand().history();
        SizeLimits limits = state.limits();
        // Until demand is known, a resize that was started continues, and none is started.
        Resources kept = limits.within(state.size().requested());
        if (history.goal().isEmpty()) return WantedSize.of(kept, new SizeReason.NoMetrics());

        Goal goal = history.goal().get();
        Duration window = rules.dampingWindow();
        Resources unlimited = history.size(rules, now);
        Resources size = limits.within(unlimited);
        if (!size.covers(kept)) {
            Duration staleAfter = rules.timing().staleAfter();
            if (history.isStale(staleAfter, now))
                return WantedSize.of(size.max(kept), new SizeReason.Stale(goal, staleAfter));
            if (!goal.complete())
                return WantedSize.of(size.max(kept), new SizeReason.Incomplete(goal));
            Duration knownFor = history.knownFor(now);
            if (knownFor.compareTo(window) < 0)
                return WantedSize.of(
                        size.max(kept), new SizeReason.HistoryTooShort(goal, knownFor, window));
        }
        if (!goal.size().covers(unlimited) && !limits.within(goal.size()).equals(size))
            return WantedSize.of(
                    size, new SizeReason.Damped(goal, unlimited, keptFor(history, rules)));

        boolean within = limits.max().covers(unlimited) && unlimited.covers(limits.min());
        return WantedSize.of(
                size,
                within
                        ? new SizeReason.ByGoal(goal)
                        : SizeReason.AtLimit.of(goal, unlimited, limits));
    }

    /// Returns the longest time for which a peak of the demand counts.
    private static Duration keptFor(DemandHistory history, ScalingRules rules) {
        Duration cpus = history.learned().cpuWindow(rules);
        Duration memory = history.learned().memoryWindow(rules);
        return cpus.compareTo(memory) > 0 ? cpus : memory;
    }

    private static WantedSize raised(WantedSize goal, State state, Moment now) {
        VmDemand demand = state.demand();
        SizeLimits limits = state.limits();
        WantedSize wanted = goal;
        if (demand.urgent().isPresent())
            wanted =
                    wanted.raisedTo(
                            limits.roundedUp(demand.urgent().get().min()).min(limits.max()),
                            SizeReason.UrgentRequest::new);
        if (demand.memoryFloor().isPresent())
            wanted = atLeast(demand.memoryFloor().get().at(now), wanted, limits);
        if (state.shrink().refused().isPresent()) {
            // A refusal counts above the maximum, too, but never makes a VM larger than it is.
            RefusedShrink refused = state.shrink().refused().get();
            wanted =
                    wanted.raisedTo(
                            refused.min().min(state.current()),
                            it -> new SizeReason.ShrinkRefused(it, refused.by(), refused.why()));
        }
        return wanted;
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
