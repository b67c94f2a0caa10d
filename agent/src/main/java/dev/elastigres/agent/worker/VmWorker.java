package dev.elastigres.agent.worker;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.hold.VmHold;
import dev.elastigres.agent.monitor.MonitorConnector;
import dev.elastigres.agent.monitor.MonitorReconnector;
import dev.elastigres.agent.monitor.MonitorSession;
import dev.elastigres.agent.permits.PermitRequest;
import dev.elastigres.agent.permits.PermitSource;
import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.AgentDecision;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.Obstacle;
import dev.elastigres.core.agent.SizeChange;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthDetails;
import dev.elastigres.protocol.monitor.ProtocolVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// Owns the state of one VM. It never blocks on a peer: results arrive in its inbox. An unexpected
/// exception is a bug and ends the worker.
final class VmWorker {
    private static final Duration READ_RETRY_INTERVAL = Duration.ofSeconds(1);

    private final Supplier<DiscoveredVm> found;
    private final WorkerContext context;
    private final VmCallRunner calls;
    private final VmHistory history;
    private final long firstId;
    private final WorkerInbox inbox;
    private final Log log;
    private final MetricsScraper scraper;
    private final LogRateLimiter rateLimitedLog;

    private VmRules rules;
    private Optional<MonitorSession> session = Optional.empty();
    private Optional<Double> load1 = Optional.empty();
    private Optional<Resources> recommended = Optional.empty();
    private Optional<DiscoveredVm.OomKill> oomKill = Optional.empty();
    private Optional<VmHold> hold = Optional.empty();
    private Moment nextSizeReadAt;

    /// What the workers of all VMs share.
    ///
    /// @param kept what is kept of the VMs beyond one worker and one agent
    /// @param listener receives events of the VMs
    record WorkerContext(
            Driver driver,
            PermitSource permits,
            Function<String, VmRules> rulesOf,
            KeptVmState kept,
            MonitorConnector monitorConnector,
            PollingConfig polling,
            FleetListener listener,
            Log log) {}

    /// @param found the VM as it was last found
    /// @param firstId above every id that a peer may remember of this VM
    VmWorker(
            Supplier<DiscoveredVm> found,
            WorkerContext context,
            VmCallRunner.CallQueues callQueues,
            VmHistory history,
            WorkerInbox inbox,
            long firstId) {
        this.found = found;
        this.context = context;
        this.history = history;
        this.inbox = inbox;
        this.firstId = firstId;
        calls =
                new VmCallRunner(
                        context.driver, context.permits, callQueues, inbox, context.listener);
        log = context.log.with("vm", found.get().name());
        scraper = new MetricsScraper(() -> found.get().endpoints(), context.polling, inbox);
        rateLimitedLog = new LogRateLimiter(log, MonotonicClock::now);
        rules = context.rulesOf.apply(found.get().name());
        nextSizeReadAt = now();
    }

    /// Runs until it is interrupted.
    void run() throws InterruptedException {
        State state = followHold(reportOomKill(restoreFloor(begin())));
        try (var helpers = new WorkerThreads(inbox)) {
            helpers.start("host-metrics", scraper::readHost);
            helpers.start("cache-metrics", scraper::readCache);
            helpers.start("monitor", monitorReconnector()::run);
            while (true) {
                history.publish(state);
                WorkerMessage message = inbox.next(timeLeft(state));
                state =
                        message == null
                                ? decide(state, new Event.TimerFired())
                                : take(state, message);
                if (!now().isBefore(nextSizeReadAt)) readSizePeriodically();
            }
        } finally {
            inbox.close();
            history.monitor(Optional.empty());
        }
    }

    private MonitorReconnector monitorReconnector() {
        PollingConfig polling = context.polling;
        return new MonitorReconnector(
                context.monitorConnector,
                () -> found.get().endpoints().monitor(),
                new MonitorReconnector.ReconnectTiming(
                        polling.connectTimeout(),
                        polling.healthEvery(),
                        polling.healthTimeout(),
                        polling.reconnectInterval(),
                        PollingConfig::spread),
                new MonitorListener(inbox));
    }

    private Duration timeLeft(State state) {
        Moment until = state.wakeAt().isBefore(nextSizeReadAt) ? state.wakeAt() : nextSizeReadAt;
        Duration timeLeft = until.since(now());
        return timeLeft.isNegative() ? Duration.ZERO : timeLeft;
    }

    // ---- the beginning

    /// Waits until the size of the VM was read.
    private State begin() throws InterruptedException {
        readSize();
        while (true) {
            WorkerMessage message = inbox.next(READ_RETRY_INTERVAL);
            if (message == null && calls.isDriverFree()) readSize();
            if (message instanceof WorkerMessage.DependencyFailed problem) recordProblem(problem);
            if (message instanceof WorkerMessage.Refresh)
                rules = context.rulesOf.apply(found.get().name());
            if (message instanceof WorkerMessage.HelperFailed(Throwable bug))
                throw new WorkerBugException(bug);
            if (message
                    instanceof
                    WorkerMessage.EventMessage(
                            Event.SizeObserved(Resources size, Resources requested)))
                return begin(size, requested);
        }
    }

    private State begin(Resources size, Resources requested) {
        context.permits.join(found.get().name(), size.max(requested));
        log.info("VM found", "size", size.text());
        if (history.view().isEmpty())
            context.listener.appeared(
                    new ScalingEvent(
                            Instant.now(), found.get().name(), size, size, "the agent found it"));
        history.note("was found with " + size.text());
        recordProblem(new WorkerMessage.DependencyFailed(WorkerDependency.WORKER, ""));
        return State.begin(limits(), size, requested, firstId, rules.rules(), now());
    }

    // ---- what happens

    private State take(State state, WorkerMessage message) {
        return switch (message) {
            case WorkerMessage.EventMessage(Event event) -> decide(state, event);
            case WorkerMessage.SessionOpened(MonitorSession opened) -> {
                session = Optional.of(opened);
                history.monitor(Optional.of(opened.version()));
                recordProblem(new WorkerMessage.DependencyFailed(WorkerDependency.MONITOR, ""));
                rateLimitedLog.write(
                        "session", LogLevel.INFO, "monitor found", "version", opened.version());
                boolean wholeUnits = !ProtocolVersion.hasDetails(opened.version());
                yield decide(state, new Event.MonitorFound(opened.number(), wholeUnits));
            }
            case WorkerMessage.SessionClosed(MonitorSession ended, String why) -> {
                session = session.filter(it -> it != ended);
                history.monitor(session.map(MonitorSession::version));
                if (session.isEmpty()) history.health(Optional.empty());
                recordProblem(new WorkerMessage.DependencyFailed(WorkerDependency.MONITOR, why));
                yield decide(state, new Event.MonitorLost(ended.number()));
            }
            case WorkerMessage.DependencyFailed problem -> {
                recordProblem(problem);
                yield state;
            }
            case WorkerMessage.HealthReceived(HealthDetails health) -> {
                history.health(Optional.of(health));
                String problems = String.join("; ", health.problems());
                recordProblem(
                        new WorkerMessage.DependencyFailed(WorkerDependency.READINESS, problems));
                yield state;
            }
            case WorkerMessage.Refresh() -> {
                if (calls.isDriverFree()) readSize();
                yield changed(state);
            }
            case WorkerMessage.HelperFailed(Throwable bug) -> throw new WorkerBugException(bug);
        };
    }

    private State changed(State state) {
        rules = context.rulesOf.apply(found.get().name());
        SizeLimits limits = limits();
        return followHold(
                reportOomKill(
                        limits.equals(state.limits())
                                ? state
                                : decide(state, new Event.LimitsChanged(limits))));
    }

    /// Applies the operator's hold, if it has changed.
    private State followHold(State state) {
        Optional<VmHold> placed = context.kept.holds().apply(found.get().name());
        if (placed.equals(hold)) return state;
        hold = placed;
        history.hold(placed);
        return decide(state, new Event.HoldChanged(placed.map(it -> it.at(now(), Instant.now()))));
    }

    /// Reports each OOM kill once.
    private State reportOomKill(State state) {
        Optional<DiscoveredVm.OomKill> kill = found.get().oomKill();
        if (kill.isEmpty() || kill.equals(oomKill)) return state;
        oomKill = kill;
        boolean known = kills().stream().anyMatch(kill.get()::isSameAs);
        if (!known) return decide(state, kill.get().event(now(), Instant.now()));
        // The history has its limit, which a new driver does not know.
        return kill.get().limit().isEmpty() ? state : decideAgain(state, kill.get());
    }

    /// Decides again about the OOM kills that earlier agents saw, for the memory floor is not kept
    /// anywhere else.
    private State restoreFloor(State state) {
        State restored = state;
        for (DiscoveredVm.OomKill each : kills()) restored = decideAgain(restored, each);
        return restored;
    }

    private List<DiscoveredVm.OomKill> kills() {
        return context.kept.kills().apply(found.get().name());
    }

    private SizeLimits limits() {
        return rules.limits(found.get().bounds());
    }

    /// Decides about a kill that an earlier worker or agent has counted and reported.
    private State decideAgain(State before, DiscoveredVm.OomKill kill) {
        Event event = kill.event(now(), Instant.now());
        Step step = AgentDecision.after(before, event, rules.rules(), now());
        var others = new ArrayList<>(step.transitions());
        others.remove(Transition.OUT_OF_MEMORY);
        return take(event, new Step(step.state(), step.actions(), others, step.change()), true);
    }

    /// Logs each recommended size once.
    private void recommend(State state) {
        Optional<Resources> now =
                state.why().obstacle() instanceof Obstacle.Recommended(Resources to)
                        ? Optional.of(to)
                        : Optional.empty();
        if (now.isPresent() && !now.equals(recommended)) {
            String to = now.get().text();
            String reason = state.why().reasons().ofChange(state.current(), now.get()).text();
            history.note("would become " + to + ": " + reason);
            log.info("recommended", "from", state.current().text(), "to", to, "reason", reason);
        }
        recommended = now;
    }

    private State decide(State before, Event event) {
        if (event instanceof Event.MetricsRead read) {
            load1 = read.metrics().host().map(HostMetrics::load1);
            history.read(read);
        }
        VmNoteFormatter.of(event).ifPresent(history::note);
        return take(event, AgentDecision.after(before, event, rules.rules(), now()), false);
    }

    /// Takes the step that was decided.
    ///
    /// @param known whether listeners know the event already
    private State take(Event event, Step step, boolean known) {
        history.count(step);
        if (step.transitions().contains(Transition.HOLD_ENDED)) {
            history.holdEnded();
            log.info("hold ended");
        }
        State state = step.state();
        step.change().ifPresent(this::scaled);
        recommend(state);
        // Publish before performing: a peer's answer must find the state that caused it.
        history.publish(state);
        if (!known) context.listener.happened(found.get().name(), event);
        history.view().ifPresent(it -> context.listener.decided(it, event, step));
        for (Action action : step.actions()) {
            VmNoteFormatter.of(action).ifPresent(history::note);
            perform(action);
        }
        if (log.isWritten(LogLevel.DEBUG))
            log.debug(
                    "decided",
                    "event",
                    event,
                    "actions",
                    step.actions(),
                    "why",
                    state.why().text());
        return state;
    }

    private void scaled(SizeChange change) {
        String from = change.from().text();
        String to = change.to().text();
        history.note("has " + to + ", no longer " + from);
        log.info("VM scaled", "from", from, "to", to, "reason", change.text());
        context.listener.scaled(
                new ScalingEvent(
                        Instant.now(),
                        found.get().name(),
                        change.from(),
                        change.to(),
                        change.text()));
    }

    private void recordProblem(WorkerMessage.DependencyFailed problem) {
        String part = problem.part().title();
        if (!history.problem(problem.part(), problem.why())) return;
        if (problem.why().isEmpty())
            rateLimitedLog.write(part, LogLevel.INFO, "problem solved", "with", part);
        else
            rateLimitedLog.write(
                    part, LogLevel.WARN, "problem", "with", part, "reason", problem.why());
    }

    // ---- what is done

    private void perform(Action action) {
        switch (action) {
            case Action.RequestPermit request -> requestPermit(request);
            case Action.Resize resize -> resize(resize);
            case Action.ReadSize() -> readSize();
            case Action.ReadMetrics() -> scraper.readHostNow();
            case Action.NotifyMonitor(long number, long id, Resources size) ->
                    session.filter(it -> it.number() == number)
                            .ifPresent(it -> it.sendNotification(id, size));
            case Action.RequestDownscale(long number, long id, Resources target) ->
                    session.filter(it -> it.number() == number)
                            .ifPresent(it -> it.sendDownscaleRequest(id, target));
        }
    }

    private void requestPermit(Action.RequestPermit action) {
        var request =
                new PermitRequest(
                        found.get().name(),
                        action.id(),
                        limits().unit(),
                        action.current(),
                        action.wanted(),
                        action.permit(),
                        action.urgent(),
                        load1);
        calls.ask(request);
    }

    private void resize(Action.Resize resize) {
        log.info("resize begins", "from", resize.from().text(), "to", resize.to().text());
        calls.resize(found.get(), resize, rules.rules().timing().resizeTimeout());
    }

    /// Reads the size, which can also change without the agent.
    private void readSizePeriodically() {
        if (calls.isDriverFree()) readSize();
        nextSizeReadAt = now().plus(PollingConfig.spread(context.polling.sizeInterval()));
    }

    private void readSize() {
        nextSizeReadAt = now().plus(PollingConfig.spread(context.polling.sizeInterval()));
        calls.look(found.get(), rules.rules().timing().resizeBackoff());
    }
}
