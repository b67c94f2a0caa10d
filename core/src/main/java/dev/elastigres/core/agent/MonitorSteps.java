package dev.elastigres.core.agent;

import dev.elastigres.core.agent.MonitorState.Present;
import dev.elastigres.core.units.Resources;

/// Steps in which a monitor is told to use more or less: one compute unit of each resource at most.
///
/// @param whole whether each step ends at whole units of each resource, or at a limit of the VM
record MonitorSteps(SizeLimits limits, boolean whole) {

    static MonitorSteps of(AgentStepBuilder step) {
        return new MonitorSteps(step.state().limits(), takesWholeUnits(step.state(), step.rules()));
    }

    /// Returns whether the monitor takes sizes of whole units only. Independent sizes are then
    /// whole units of each resource.
    static boolean takesWholeUnits(State state, ScalingRules rules) {
        return !rules.goal().shape().isTied()
                && state.monitor() instanceof Present monitor
                && monitor.wholeUnits();
    }

    /// Returns the step from `from` towards `to`, which is not more.
    Resources down(Resources from, Resources to) {
        Resources less = from.minus(limits.unit().times(1)).max(to);
        return whole ? upToWholeOrLimit(less).min(from) : less;
    }

    /// Returns the step from `from` towards `to`; `from` for a resource of which `to` is less.
    Resources up(Resources from, Resources to) {
        Resources more = from.plus(limits.unit().times(1)).min(to);
        return (whole ? downToWholeOrLimit(more) : more).max(from);
    }

    private Resources upToWholeOrLimit(Resources size) {
        return atLimit(size).choose(size, limits.wholeUnits(size));
    }

    private Resources downToWholeOrLimit(Resources size) {
        return atLimit(size).choose(size, limits.unit().roundedDown(size));
    }

    private ResourceSet atLimit(Resources size) {
        return new ResourceSet(
                size.vcpus() == limits.min().vcpus() || size.vcpus() == limits.max().vcpus(),
                size.memory().equals(limits.min().memory())
                        || size.memory().equals(limits.max().memory()));
    }
}
