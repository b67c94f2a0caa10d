package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// Events of one VM. An answer carries the id of the action that it answers, which identifies
/// answers that arrive too late.
public sealed interface Event {

    /// A page of the VM's metrics was read.
    ///
    /// @param since when the earlier page was requested that the CPU figures were computed from;
    ///     `at` if there was none
    /// @param at when this page was requested
    record MetricsRead(VmMetrics metrics, Moment since, Moment at) implements Event {}

    /// The VM's size was read, after all earlier operations on it.
    ///
    /// @param size the VM's actual size
    /// @param requested the size that its driver was last asked for
    record SizeObserved(Resources size, Resources requested) implements Event {}

    /// @param permit the total that the VM may have from now on
    /// @param moves whether the VM will migrate to another host and must keep its size until then
    /// @param shortage why the permit is smaller than requested, as one clause; empty if unknown
    record PermitReceived(long id, Resources permit, boolean moves, Optional<String> shortage)
            implements Event {
        public PermitReceived(long id, Resources permit, boolean moves) {
            this(id, permit, moves, Optional.empty());
        }
    }

    record PermitRequestFailed(long id, String why) implements Event {}

    record ResizeEnded(long id, ResizeOutcome outcome) implements Event {}

    /// A session with the monitor began. It replaces the previous one.
    ///
    /// @param wholeUnits whether the monitor gets sizes of whole compute units only: a monitor of
    ///     protocol v1.0
    record MonitorFound(long session, boolean wholeUnits) implements Event {
        public MonitorFound(long session) {
            this(session, false);
        }
    }

    record MonitorLost(long session) implements Event {}

    /// The monitor needs more resources at once.
    ///
    /// @param min the size that would be enough; empty if the monitor does not state it
    record UpscaleRequested(long session, Optional<Resources> min) implements Event {}

    /// The monitor confirmed the size it was notified of.
    record UpscaleConfirmed(long session, long id) implements Event {}

    /// The monitor agreed to the requested shrink.
    record DownscaleAgreed(long session, long id) implements Event {}

    /// @param min the smallest size that the monitor would not refuse; empty if it does not state
    ///     one
    record DownscaleRefused(long session, long id, Optional<Resources> min, String why)
            implements Event {}

    record MonitorFailed(long session, long id, String why) implements Event {}

    /// The kernel in the VM killed a process because memory ran out.
    record OutOfMemory() implements Event {}

    /// The whole VM was killed because memory ran out. It was restarted or will be.
    ///
    /// @param limit memory limit at the time of the kill; empty if the limit was raised since, so
    ///     that the VM's current memory is enough as a first floor
    /// @param at when the VM was killed
    record OomKilled(Optional<Bytes> limit, Moment at) implements Event {}

    /// The VM's limits were changed.
    record LimitsChanged(SizeLimits limits) implements Event {}

    /// An operator placed a hold on the VM's size, in place of an earlier one.
    ///
    /// @param hold the hold; empty to release the earlier one
    record HoldChanged(Optional<SizeHold> hold) implements Event {}

    /// The moment [State#wakeAt] has come.
    record TimerFired() implements Event {}
}
