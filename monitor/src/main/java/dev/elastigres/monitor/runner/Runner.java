package dev.elastigres.monitor.runner;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.core.monitor.Action;
import dev.elastigres.core.monitor.Action.AcceptDownscale;
import dev.elastigres.core.monitor.Action.AnswerHealthCheck;
import dev.elastigres.core.monitor.Action.ConfirmUpscale;
import dev.elastigres.core.monitor.Action.FitCache;
import dev.elastigres.core.monitor.Action.RefuseDownscale;
import dev.elastigres.core.monitor.Action.RequestCpus;
import dev.elastigres.core.monitor.Action.RequestUpscale;
import dev.elastigres.core.monitor.Action.SetForecastHorizon;
import dev.elastigres.core.monitor.Action.Verdict;
import dev.elastigres.core.monitor.Action.WatchMemory;
import dev.elastigres.core.monitor.Event;
import dev.elastigres.core.monitor.Event.SessionEnded;
import dev.elastigres.core.monitor.Event.SessionStarted;
import dev.elastigres.core.monitor.Event.TimerFired;
import dev.elastigres.core.monitor.MemoryLimits;
import dev.elastigres.core.monitor.MonitorDecision;
import dev.elastigres.core.monitor.ResourceNeed;
import dev.elastigres.core.monitor.State;
import dev.elastigres.core.monitor.Step;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.monitor.cache.FileCache;
import dev.elastigres.monitor.dispatcher.AgentConnection;
import dev.elastigres.monitor.dispatcher.HealthCheckResponder;
import dev.elastigres.monitor.metrics.MonitorMeters;
import dev.elastigres.monitor.runner.RunnerMessage.CacheIdentified;
import dev.elastigres.monitor.runner.RunnerMessage.EventMessage;
import dev.elastigres.monitor.runner.RunnerMessage.Ping;
import dev.elastigres.monitor.runner.RunnerMessage.SamplesTaken;
import dev.elastigres.monitor.runner.RunnerMessage.SessionClosed;
import dev.elastigres.monitor.runner.RunnerMessage.SessionOpened;
import dev.elastigres.monitor.runner.RunnerMessage.Stop;
import dev.elastigres.monitor.watch.CpuCountSource;
import dev.elastigres.monitor.watch.MemoryWatcher;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.protocol.monitor.ProtocolVersion;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// Runs one watched Postgres: takes events from the inbox, has [MonitorDecision] decide, and
/// performs the actions. The only owner of the state. Nothing here blocks: Postgres, agents and the
/// kernel each have a thread of their own.
public final class Runner implements HealthCheckResponder {
    private final RunnerConfig config;
    private final RunnerInbox inbox;
    private final MemoryWatcher watcher;
    private final CpuCountSource cpus;
    private final Optional<FileCache> cache;
    private final ReadinessChecks checks;
    private final MonitorMeters meters;
    private final RunnerLog log;

    private volatile @Nullable AgentConnection agent;
    private Optional<Duration> horizon = Optional.empty();
    private State state;
    private volatile RunnerStatus report;

    /// @param config rules of the decisions and of the log
    /// @param state before the first decision
    /// @param cache empty when no cache is managed
    /// @param checks the readiness that answers to health checks report
    public Runner(
            RunnerConfig config,
            State state,
            RunnerInbox inbox,
            MemoryWatcher watcher,
            CpuCountSource cpus,
            Optional<FileCache> cache,
            ReadinessChecks checks,
            MonitorMeters meters,
            Log log) {
        this.config = config;
        this.state = state;
        this.inbox = inbox;
        this.watcher = watcher;
        this.cpus = cpus;
        this.cache = cache;
        this.checks = checks;
        this.meters = meters;
        this.log = new RunnerLog(log, config.sampleLog(), MonotonicClock::now);
        this.report = RunnerStatus.of(state, Optional.empty(), horizon, "nothing was decided yet");
    }

    /// Returns a snapshot as of the last decision. Thread-safe.
    public RunnerStatus report() {
        return report;
    }

    /// Runs until [#stop] is called.
    public void run() throws InterruptedException {
        perform(MonitorDecision.begin(state, watcher.usage(), config.rules(), now()));
        Moment nextSummary = now().plus(config.summaryEvery());
        while (true) {
            switch (inbox.next(timeUntilTimer(nextSummary))) {
                case null -> decide(new TimerFired());
                case EventMessage(Event event) -> decide(event);
                case SessionOpened(AgentConnection session) -> {
                    if (replaceSession(session))
                        decide(
                                new SessionStarted(
                                        session.session(),
                                        ProtocolVersion.hasDetails(session.version())));
                }
                case SessionClosed(AgentConnection session, Closed reason) -> {
                    if (agent == session) agent = null;
                    log.sessionEnded(session, reason);
                    decide(new SessionEnded(session.session()));
                }
                case CacheIdentified(String policy, String settings) ->
                        log.cacheIdentified(policy, settings);
                case SamplesTaken() -> log.sample(watcher.usage(), state.threshold());
                case Ping(CountDownLatch answered) -> answered.countDown();
                case Stop() -> {
                    return;
                }
            }
            if (!now().isBefore(nextSummary)) {
                nextSummary = now().plus(config.summaryEvery());
                log.summary(watcher.usage(), state, Optional.ofNullable(agent));
            }
        }
    }

    /// Answers a health check of the live session while the runner waits for messages. A check that
    /// finds the runner at work waits in the inbox, so that a runner that hangs or has ended
    /// answers none.
    @Override
    public boolean answer(AgentConnection link, long id) {
        Moment arrived = now();
        if (!inbox.isIdle() || link != agent) return false;
        MonitorMessage message = DecisionMessages.health(id, checks.now());
        meters.healthCheckAnswered(arrived, now());
        link.answerDirectly(message);
        return true;
    }

    private void decide(Event event) {
        Usage usage = watcher.usage();
        log.event(event, state);
        log.usage(usage);
        Step step = MonitorDecision.after(state, event, usage, config.rules(), now());
        meters.decided(event, step, usage, now());
        perform(step);
    }

    /// Makes [#run] end.
    public void stop() throws InterruptedException {
        inbox.stop();
    }

    /// Returns the time until the next decision that needs no event, or until the next summary.
    private Duration timeUntilTimer(Moment nextSummary) {
        Moment timer = state.wakeAt().filter(nextSummary::isAfter).orElse(nextSummary);
        Duration left = timer.since(now());
        return left.isNegative() ? Duration.ZERO : left;
    }

    /// Makes `session` the live one, unless a newer session is live already: two sessions that
    /// open at the same time may arrive here in either order.
    private boolean replaceSession(AgentConnection session) {
        AgentConnection before = agent;
        if (before != null && before.session() > session.session()) {
            session.end("replaced by a newer session, from " + before.peer());
            return false;
        }
        agent = session;
        log.sessionBegan(session);
        if (before != null) before.end("replaced by a newer session, from " + session.peer());
        return true;
    }

    private void perform(Step step) {
        state = step.state();
        // Published before the actions, so that a client with an answer finds its decision in the
        // report.
        publish();
        step.actions().forEach(this::perform);
        publish();
    }

    private void publish() {
        report = RunnerStatus.of(state, Optional.ofNullable(agent), horizon, report.lastDecision());
    }

    private void perform(Action action) {
        switch (action) {
            case WatchMemory(Bytes threshold, MemoryLimits limits) -> {
                watcher.watch(threshold, limits);
                log.limitsSet(threshold, limits);
            }
            case SetForecastHorizon(Duration ahead) -> {
                horizon = Optional.of(ahead);
                watcher.setHorizon(ahead);
                log.horizonSet(ahead);
            }
            case FitCache(Bytes usable) -> cache.ifPresent(it -> it.want(usable));
            case RequestUpscale request -> {
                OptionalLong id = send(request, request.reason().need());
                if (id.isPresent())
                    log.memoryRequested(id.getAsLong(), request, state.backoff().fruitless());
            }
            case RequestCpus request -> {
                OptionalLong id = send(request, request.need());
                if (id.isPresent()) log.cpusRequested(id.getAsLong(), request);
            }
            case ConfirmUpscale confirm -> {
                answer(confirm, DecisionMessages.confirmation(confirm, cpus.count()));
                log.upscaleConfirmed(confirm);
            }
            case AcceptDownscale accept -> {
                answer(accept, DecisionMessages.agreement(accept));
                log.downscaleAccepted(accept);
            }
            case RefuseDownscale refuse -> {
                answer(refuse, DecisionMessages.refusal(refuse));
                log.downscaleRefused(refuse);
            }
            case AnswerHealthCheck(long _, long id) ->
                    answer(DecisionMessages.health(id, checks.now()));
        }
    }

    /// Sends a request and returns its id; empty without a live session.
    private OptionalLong send(Verdict decision, ResourceNeed need) {
        AgentConnection to = agent;
        if (to == null) return OptionalLong.empty();
        long id = to.nextId();
        record(decision);
        to.send(DecisionMessages.request(id, need));
        return OptionalLong.of(id);
    }

    private void answer(Verdict decision, MonitorMessage message) {
        record(decision);
        answer(message);
    }

    /// Answers the agent of the live session: [MonitorDecision] answers no other.
    private void answer(MonitorMessage message) {
        AgentConnection to = agent;
        if (to != null) to.answer(message);
    }

    private void record(Verdict decision) {
        report = report.withDecision(decision.sentence());
    }
}
