package dev.elastigres.core.agent;

import dev.elastigres.core.agent.MonitorState.Present;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/// Determines when the next decision is due without an event.
final class NextWakeUp {
    private NextWakeUp() {}

    /// Returns the earliest moment after `now` at which a deadline passes or a retry is allowed.
    static Moment next(State state, ScalingRules rules, Moment now) {
        Moment earliest = state.scheduler().reportAt();
        for (Moment each :
                Stream.of(
                                ofScheduler(state.scheduler()),
                                ofDriver(state),
                                ofDemand(state.demand(), rules, now),
                                state.shrink().ends(),
                                Stream.of(state.hold().flatMap(SizeHold::until)),
                                ofMonitor(state.monitor()))
                        .flatMap(it -> it)
                        .flatMap(Optional::stream)
                        .toList())
            if (each.isAfter(now) && (!earliest.isAfter(now) || each.isBefore(earliest)))
                earliest = each;
        // The report to the scheduler is overdue and a request is open: the deadline of that
        // request is among the moments above.
        return earliest.isAfter(now) ? earliest : now.plus(rules.timing().schedulerBackoff());
    }

    private static Stream<Optional<Moment>> ofScheduler(PermitState scheduler) {
        return Stream.of(
                scheduler.request().map(OpenRequest::deadline), Optional.of(scheduler.askAt()));
    }

    private static Stream<Optional<Moment>> ofDriver(State state) {
        DriverState driver = state.driver();
        return Stream.of(
                driver.running().map(OpenRequest::deadline),
                driver.retries().cpus().map(ResizeRetry::at),
                driver.retries().memory().map(ResizeRetry::at),
                state.size().lookAt());
    }

    private static Stream<Optional<Moment>> ofDemand(
            VmDemand demand, ScalingRules rules, Moment now) {
        DemandHistory history = demand.history();
        Duration window = rules.dampingWindow();
        Duration staleAfter = rules.timing().staleAfter();
        return Stream.of(
                demand.urgent().map(UrgentUpscale::changesAt),
                demand.memoryFloor().map(it -> it.changesAt(now)),
                history.changesAt(rules, now),
                history.goal().map(_ -> history.readAt().plus(staleAfter)),
                history.known().map(it -> it.since().plus(window)));
    }

    private static Stream<Optional<Moment>> ofMonitor(MonitorState monitor) {
        return monitor instanceof Present present
                ? Stream.of(
                        present.notification().map(OpenRequest::deadline),
                        present.downscaleRequest().map(OpenRequest::deadline),
                        Optional.of(present.askAt()))
                : Stream.of();
    }
}
