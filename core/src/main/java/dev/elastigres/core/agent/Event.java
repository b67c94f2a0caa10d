package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// What happens to one VM. Answers carry the id of the action that they answer; those that come too
/// late are told apart by it.
public sealed interface Event {

    /// A page of the VM's metrics is here.
    ///
    /// @param since when the page was asked for that the figures of the CPUs are compared with;
    ///     `at` where there was none
    /// @param at when this page was asked for
    record MetricsRead(VmMetrics metrics, Moment since, Moment at) implements Event {}

    /// The VM was looked at, after all that was done to it before.
    ///
    /// @param size what is there
    /// @param requested what its driver was last asked to make of it
    record SizeObserved(Resources size, Resources requested) implements Event {}

    /// @param permit all that the VM may have from now on
    /// @param moves whether the VM will move to another host and must keep its size until then
    /// @param shortage why that is less than was asked for, one clause, where it is known
    record PermitReceived(long id, Resources permit, boolean moves, Optional<String> shortage)
            implements Event {
        public PermitReceived(long id, Resources permit, boolean moves) {
            this(id, permit, moves, Optional.empty());
        }
    }

    record SchedulerFailed(long id, String why) implements Event {}

    record ResizeEnded(long id, ResizeOutcome outcome) implements Event {}

    /// A session with the monitor began. It replaces the one before it.
    record MonitorFound(long session) implements Event {}

    record MonitorLost(long session) implements Event {}

    /// More is needed at once.
    ///
    /// @param min what would be enough, where the monitor says
    record UpscaleRequested(long session, Optional<Resources> min) implements Event {}

    /// The monitor uses what it was told of.
    record UpscaleConfirmed(long session, long id) implements Event {}

    /// The VM may become as small as was asked.
    record DownscaleAgreed(long session, long id) implements Event {}

    /// @param min the smallest size that would not be refused, where the monitor says
    record DownscaleRefused(long session, long id, Optional<Resources> min, String why)
            implements Event {}

    record MonitorFailed(long session, long id, String why) implements Event {}

    /// The kernel in the VM killed a process for want of memory.
    record OutOfMemory() implements Event {}

    /// All of the VM was killed for want of memory: it was started again, or will be.
    ///
    /// @param limit of its memory when it was killed; empty where that was raised since, and what
    ///     it has now is enough to begin with
    /// @param at when it was killed
    record OomKilled(Optional<Bytes> limit, Moment at) implements Event {}

    /// The VM's limits were changed.
    record LimitsChanged(SizeLimits limits) implements Event {}

    /// The time that [State#wakeAt] named has come.
    record TimerFired() implements Event {}
}
