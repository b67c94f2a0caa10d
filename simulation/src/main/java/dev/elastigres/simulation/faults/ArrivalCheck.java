package dev.elastigres.simulation.faults;

import dev.elastigres.core.agent.MonitorState;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.core.units.Resources;
import java.util.function.Predicate;

/// Checks whether a VM has reached its goal, as far as the host and its monitor let it. With
/// independent sizes, what keeps one resource is no excuse for the other.
record ArrivalCheck(ComputeUnit unit, SizeShape shape) {

    /// Returns a goal in the steps that a monitor takes.
    Resources inSteps(Resources goal, MonitorState monitor) {
        boolean whole =
                !shape.isTied()
                        && monitor instanceof MonitorState.Present present
                        && present.wholeUnits();
        return whole ? unit.roundedUp(goal) : goal;
    }

    /// @param free the capacity of the host that no VM is permitted
    /// @param refuses whether the monitor refuses a shrink to a size
    boolean hasArrived(
            Resources current, Resources goal, Resources free, Predicate<Resources> refuses) {
        // Urgent requests alone may use the headroom of one unit.
        Resources room = free.minus(unit.times(1));
        boolean noCpus = room.vcpus() < unit.vcpus();
        boolean noMemory = room.memory().isLessThan(unit.memory());
        boolean moreCpus = goal.vcpus() > current.vcpus();
        boolean moreMemory = current.memory().isLessThan(goal.memory());
        boolean refusesLess = refuses.test(current.minus(unit.times(1)));
        if (shape.isTied())
            return current.equals(goal)
                    || (!goal.covers(current) && refusesLess)
                    || (!current.covers(goal)
                            && (!moreCpus || noCpus)
                            && (!moreMemory || noMemory));
        boolean cpus =
                goal.vcpus() == current.vcpus() || (moreCpus ? noCpus : refuses.test(current));
        boolean memory =
                goal.memory().equals(current.memory()) || (moreMemory ? noMemory : refusesLess);
        return cpus && memory;
    }
}
