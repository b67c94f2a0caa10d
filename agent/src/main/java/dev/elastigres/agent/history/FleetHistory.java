package dev.elastigres.agent.history;

import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.agent.worker.VmStatus.VmNote;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Demand, sizes and events of all VMs over the last day. Thread-safe; no method blocks.
public final class FleetHistory {
    /// Time that points and events are kept.
    public static final Duration KEPT = Duration.ofDays(1);

    private static final int MAX_POINTS = (int) KEPT.toMinutes();
    private static final int MAX_EVENTS = 256;

    private final InstantSource clock;
    private final Map<String, VmRecord> vms = new ConcurrentHashMap<>();

    /// Points and events of one VM, the oldest first; guarded by itself.
    private static final class VmRecord {
        private final ArrayDeque<TimelinePoint> points = new ArrayDeque<>();
        private final ArrayDeque<VmNote> events = new ArrayDeque<>();

        synchronized void measured(Instant at, Resources demand, Resources size) {
            Instant minute = at.truncatedTo(ChronoUnit.MINUTES);
            Resources highest = demand;
            if (!points.isEmpty() && points.getLast().at().equals(minute))
                highest = points.removeLast().demand().max(demand);
            if (points.size() == MAX_POINTS) points.removeFirst();
            points.addLast(new TimelinePoint(minute, highest, size));
        }

        synchronized void happened(Instant at, String what) {
            if (events.size() == MAX_EVENTS) events.removeFirst();
            events.addLast(new VmNote(at, what));
        }

        synchronized VmTimeline timeline() {
            return new VmTimeline(List.copyOf(points), List.copyOf(events));
        }
    }

    public FleetHistory(InstantSource clock) {
        this.clock = clock;
    }

    /// Adds a change of a VM's size.
    public void scaled(ScalingEvent scaled) {
        record(scaled.vm())
                .happened(
                        scaled.at(),
                        "%s to %s: %s"
                                .formatted(scaled.from().text(), scaled.to().text(), scaled.why()));
    }

    /// Adds an event, if it is a measurement or a kill because memory ran out.
    ///
    /// @param vm the VM after the event
    public void happened(VmStatus vm, Event event) {
        switch (event) {
            case Event.MetricsRead _ -> measured(vm);
            case Event.OutOfMemory() ->
                    record(vm.name())
                            .happened(clock.instant(), "its kernel's OOM killer ended a process");
            case Event.OomKilled _ ->
                    record(vm.name())
                            .happened(clock.instant(), "was killed because it ran out of memory");
            case Event.UpscaleRequested _,
                    Event.PermitReceived _,
                    Event.PermitRequestFailed _,
                    Event.ResizeEnded _,
                    Event.MonitorFound _,
                    Event.MonitorLost _,
                    Event.UpscaleConfirmed _,
                    Event.DownscaleAgreed _,
                    Event.DownscaleRefused _,
                    Event.MonitorFailed _,
                    Event.SizeObserved _,
                    Event.LimitsChanged _,
                    Event.TimerFired _ -> {}
        }
    }

    private void measured(VmStatus vm) {
        State state = vm.state();
        state.demand()
                .history()
                .goal()
                .ifPresent(
                        goal ->
                                record(vm.name())
                                        .measured(clock.instant(), goal.demand(), state.current()));
    }

    /// Drops the history of a VM that is gone.
    public void gone(String vm) {
        vms.remove(vm);
    }

    /// Returns the last day of a VM; empty if the VM is unknown.
    public VmTimeline of(String vm) {
        VmRecord recorded = vms.get(vm);
        return recorded == null
                ? VmTimeline.EMPTY
                : recorded.timeline().since(clock.instant().minus(KEPT));
    }

    private VmRecord record(String vm) {
        return vms.computeIfAbsent(vm, _ -> new VmRecord());
    }
}
