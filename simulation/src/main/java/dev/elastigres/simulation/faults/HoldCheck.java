package dev.elastigres.simulation.faults;

import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.MonitorState;
import dev.elastigres.core.agent.SizeHold;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.ViolationException;
import java.util.Optional;

/// Checks that a VM with a hold is not resized otherwise, from the events that the VM got.
final class HoldCheck {
    private Optional<SizeHold> hold = Optional.empty();

    /// The sizes that the last event observed, which may be due to others or to earlier resizes.
    private Optional<Event.SizeObserved> observed = Optional.empty();

    /// Whether a paused VM may grow: its monitor asked urgently, or a process was killed.
    private boolean urgent;

    /// @param state the VM before the event
    void note(Event event, State state) {
        observed = event instanceof Event.SizeObserved it ? Optional.of(it) : Optional.empty();
        switch (event) {
            case Event.HoldChanged(Optional<SizeHold> changed) -> {
                hold = changed;
                urgent =
                        state.demand().urgent().isPresent()
                                || state.demand().memoryFloor().isPresent();
            }
            case Event.UpscaleRequested _, Event.OutOfMemory _, Event.OomKilled _ -> urgent = true;
            case Event.MetricsRead _,
                    Event.SizeObserved _,
                    Event.PermitReceived _,
                    Event.PermitRequestFailed _,
                    Event.ResizeEnded _,
                    Event.MonitorFound _,
                    Event.MonitorLost _,
                    Event.UpscaleConfirmed _,
                    Event.DownscaleAgreed _,
                    Event.DownscaleRefused _,
                    Event.MonitorFailed _,
                    Event.LimitsChanged _,
                    Event.TimerFired _ -> {}
        }
    }

    /// Returns the size that the VM is pinned to; nothing if it is not pinned.
    Resources pinned(SizeLimits limits, Moment now) {
        return lasting(now)
                .filter(SizeHold.Pin.class::isInstance)
                .map(it -> limits.within(((SizeHold.Pin) it).size()))
                .orElse(Resources.ZERO);
    }

    boolean isPinned(Moment now) {
        return lasting(now).filter(SizeHold.Pin.class::isInstance).isPresent();
    }

    private Optional<SizeHold> lasting(Moment now) {
        return hold.filter(it -> !it.isOver(now));
    }

    /// Checks what the VM does with its size.
    ///
    /// @param before the VM before the event that led to `action`
    /// @param limits the VM's limits after it
    void check(State before, SizeLimits limits, Action action, Moment now) {
        switch (action) {
            case Action.Resize(long _, Resources _, Resources to) ->
                    resized(before, limits, to, now);
            case Action.RequestDownscale(long _, long _, Resources target) ->
                    resized(before, limits, asked(before, target), now);
            case Action.RequestPermit _,
                    Action.ReadSize(),
                    Action.ReadMetrics(),
                    Action.NotifyMonitor _ -> {}
        }
    }

    /// Returns the size that the monitor is asked for, without what it agreed to earlier: the VM
    /// may still have more.
    private static Resources asked(State before, Resources target) {
        if (!(before.monitor() instanceof MonitorState.Present monitor)) return target;
        Resources agreed = monitor.maxSize();
        Resources current = before.current();
        return new Resources(
                target.vcpus() < agreed.vcpus() ? target.vcpus() : current.vcpus(),
                target.memory().isLessThan(agreed.memory()) ? target.memory() : current.memory());
    }

    private void resized(State before, SizeLimits limits, Resources to, Moment now) {
        if (lasting(now).isEmpty()) return;
        // What the VM has or was asked to become before: a resize that had begun is completed.
        Resources min = before.current().min(before.size().requested());
        Resources max = before.current().max(before.size().requested());
        if (observed.isPresent()) {
            min = min.min(observed.get().size()).min(observed.get().requested());
            max = max.max(observed.get().size()).max(observed.get().requested());
        }
        switch (lasting(now).get()) {
            case SizeHold.Pause _ -> between(min, urgent ? max.max(to) : max, to, "a paused VM");
            case SizeHold.Pin(Resources size, Optional<Moment> _, String _) -> {
                Resources pinned = limits.within(size);
                between(min.min(pinned), max.max(pinned), to, "a pinned VM");
            }
        }
    }

    private static void between(Resources min, Resources max, Resources to, String what) {
        ViolationException.check(
                to.covers(min) && max.covers(to),
                () ->
                        "%s is to become %s, and not between %s and %s"
                                .formatted(what, to.text(), min.text(), max.text()));
    }
}
