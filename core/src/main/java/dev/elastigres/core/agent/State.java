package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// State of one VM between two events. Each part belongs to one of the decisions about the VM.
///
/// @param limits the sizes that the VM is allowed to have
/// @param size the VM's size
/// @param driver the VM's driver
/// @param demand what the VM needs
/// @param shrink what delays the next shrink
/// @param scheduler the permit source
/// @param monitor the VM's monitor
/// @param hold the operator's hold on the size, if any
/// @param nextId id of the next action that expects an answer
/// @param why the last decision and its reasons
/// @param wakeAt when the next decision is due without an event
public record State(
        SizeLimits limits,
        VmSize size,
        DriverState driver,
        VmDemand demand,
        ShrinkBackoff shrink,
        PermitState scheduler,
        MonitorState monitor,
        Optional<SizeHold> hold,
        long nextId,
        SizeExplanation why,
        Moment wakeAt) {

    /// Returns the state of a newly found VM. It is entitled to the size it has.
    ///
    /// @param requested the size last requested from its driver, possibly by an earlier agent
    /// @param firstId an id above all ids that a peer may remember for this VM
    public static State begin(
            SizeLimits limits,
            Resources current,
            Resources requested,
            long firstId,
            ScalingRules rules,
            Moment now) {
        // A resize that an earlier agent started may still be in progress.
        Optional<ResizeSpan> span =
                requested.equals(current)
                        ? Optional.empty()
                        : Optional.of(ResizeSpan.begin(now, !requested.covers(current)));
        return new State(
                limits,
                VmSize.begin(current, requested),
                DriverState.begin(span),
                VmDemand.none(now),
                ShrinkBackoff.begin(rules.cooldown()),
                new PermitState(
                        current.max(requested),
                        Optional.empty(),
                        now,
                        now,
                        false,
                        Optional.empty()),
                new MonitorState.Absent(),
                Optional.empty(),
                firstId,
                new SizeExplanation(
                        current,
                        current,
                        SizeReasons.of(new SizeReason.NoMetrics()),
                        new Obstacle.None(),
                        Optional.empty(),
                        false),
                now.plus(Duration.ofNanos(1)));
    }

    /// Returns the size last observed.
    public Resources current() {
        return size.current();
    }

    State with(SizeLimits changed) {
        return new State(
                changed, size, driver, demand, shrink, scheduler, monitor, hold, nextId, why,
                wakeAt);
    }

    State with(VmSize changed) {
        return new State(
                limits, changed, driver, demand, shrink, scheduler, monitor, hold, nextId, why,
                wakeAt);
    }

    State with(DriverState changed) {
        return new State(
                limits, size, changed, demand, shrink, scheduler, monitor, hold, nextId, why,
                wakeAt);
    }

    public State with(VmDemand changed) {
        return new State(
                limits, size, driver, changed, shrink, scheduler, monitor, hold, nextId, why,
                wakeAt);
    }

    public State with(ShrinkBackoff changed) {
        return new State(
                limits, size, driver, demand, changed, scheduler, monitor, hold, nextId, why,
                wakeAt);
    }

    State with(PermitState changed) {
        return new State(
                limits, size, driver, demand, shrink, changed, monitor, hold, nextId, why, wakeAt);
    }

    State with(MonitorState changed) {
        return new State(
                limits, size, driver, demand, shrink, scheduler, changed, hold, nextId, why,
                wakeAt);
    }

    State withHold(Optional<SizeHold> changed) {
        return new State(
                limits, size, driver, demand, shrink, scheduler, monitor, changed, nextId, why,
                wakeAt);
    }

    /// Returns this with the next id used.
    State withNextId() {
        return new State(
                limits,
                size,
                driver,
                demand,
                shrink,
                scheduler,
                monitor,
                hold,
                nextId + 1,
                why,
                wakeAt);
    }

    public State with(SizeExplanation explanation, Moment nextWakeAt) {
        return new State(
                limits,
                size,
                driver,
                demand,
                shrink,
                scheduler,
                monitor,
                hold,
                nextId,
                explanation,
                nextWakeAt);
    }
}
