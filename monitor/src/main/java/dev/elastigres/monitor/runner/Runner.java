package dev.elastigres.monitor.runner;

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
import dev.elastigres.core.monitor.CacheOutcome.Applied;
import dev.elastigres.core.monitor.CacheOutcome.Failed;
import dev.elastigres.core.monitor.Event;
import dev.elastigres.core.monitor.Event.CacheSettled;
import dev.elastigres.core.monitor.Event.CpusRead;
import dev.elastigres.core.monitor.Event.DatabaseChanged;
import dev.elastigres.core.monitor.Event.DownscaleRequested;
import dev.elastigres.core.monitor.Event.HealthCheckReceived;
import dev.elastigres.core.monitor.Event.MemoryObserved;
import dev.elastigres.core.monitor.Event.PressureReported;
import dev.elastigres.core.monitor.Event.SessionEnded;
import dev.elastigres.core.monitor.Event.SessionStarted;
import dev.elastigres.core.monitor.Event.TimerFired;
import dev.elastigres.core.monitor.Event.UpscaleNotified;
import dev.elastigres.core.monitor.Event.UsageChanged;
import dev.elastigres.core.monitor.MemoryLimits;
import dev.elastigres.core.monitor.MonitorDecision;
import dev.elastigres.core.monitor.Refusal;
import dev.elastigres.core.monitor.ResourceNeed;
import dev.elastigres.core.monitor.State;
import dev.elastigres.core.monitor.Step;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.monitor.cache.FileCache;
import dev.elastigres.monitor.dispatcher.AgentConnection;
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
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// The only owner of what is known of one watched Postgres: takes what happened, lets
/// [MonitorDecision] say what follows, does it. Nothing here waits for anyone: Postgres, agents
/// and the kernel each have a thread of their own.
public final class Runner {
    private final RunnerConfig config;
    private final RunnerInbox inbox;
    private final MemoryWatcher watcher;
    private final CpuCountSource cpus;
    private final Optional<FileCache> cache;
    private final ReadinessChecks checks;
    private final MonitorMeters meters;
    private final Log log;
    /// An agent asks each few seconds, and at the VM's maximum so does the monitor.
    private final LogRateLimiter repeats;

    private @Nullable AgentConnection agent;
    private boolean usageReadable = true;
    private Bytes loggedUsage = Bytes.ZERO;
    private Optional<Moment> loggedAt = Optional.empty();
    private Optional<Duration> horizon = Optional.empty();
    private State state;
    private volatile RunnerStatus report;

    /// @param config by what it decides and speaks
    /// @param state before the first decision
    /// @param cache empty when no cache is managed
    /// @param checks what health checks are answered by
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
        this.log = log;
        repeats = new LogRateLimiter(log, Runner::now);
        this.report = RunnerStatus.of(state, Optional.empty(), horizon, "nothing was decided yet");
    }

    /// What there is to tell, as of the last decision.
    public RunnerStatus report() {
        return report;
    }

    /// Runs until it is stopped.
    public void run() throws InterruptedException {
        perform(MonitorDecision.begin(state, watcher.usage(), config.rules(), now()));
        Moment nextSummary = now().plus(config.summaryEvery());
        while (true) {
            switch (inbox.next(patience(nextSummary))) {
                case null -> decide(new TimerFired());
                case EventMessage(Event event) -> decide(event);
                case SessionOpened(AgentConnection link) -> {
                    if (welcome(link))
                        decide(
                                new SessionStarted(
                                        link.session(),
                                        ProtocolVersion.hasDetails(link.version())));
                }
                case SessionClosed(AgentConnection link, Closed why) -> {
                    farewell(link, why);
                    decide(new SessionEnded(link.session()));
                }
                case CacheIdentified(String policy, String found) ->
                        log.info("what follows memory", "policy", policy, "settings", found);
                case SamplesTaken() -> logSample(watcher.usage());
                case Ping(CountDownLatch answered) -> answered.countDown();
                case Stop() -> {
                    return;
                }
            }
            if (!now().isBefore(nextSummary)) {
                nextSummary = now().plus(config.summaryEvery());
                summarize(watcher.usage());
            }
        }
    }

    private void decide(Event event) {
        Usage usage = watcher.usage();
        tell(event, usage);
        Step step = MonitorDecision.after(state, event, usage, config.rules(), now());
        meters.decided(event, step, usage, now());
        perform(step);
    }

    /// Makes [#run] end.
    public void stop() throws InterruptedException {
        inbox.stop();
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }

    private Duration patience(Moment nextSummary) {
        Moment until = state.wakeAt().filter(nextSummary::isAfter).orElse(nextSummary);
        Duration patience = until.since(now());
        return patience.isNegative() ? Duration.ZERO : patience;
    }

    /// Makes `newcomer` the live session. False when a later one is live already: two that shake
    /// hands at the same time may arrive here in either order.
    private boolean welcome(AgentConnection newcomer) {
        AgentConnection before = agent;
        if (before != null && before.session() > newcomer.session()) {
            newcomer.end("replaced by a newer session, from " + before.peer());
            return false;
        }
        agent = newcomer;
        repeats.write(
                "session",
                LogLevel.INFO,
                "session began",
                "peer",
                newcomer.peer(),
                "version",
                newcomer.version());
        if (before != null) before.end("replaced by a newer session, from " + newcomer.peer());
        return true;
    }

    private void farewell(AgentConnection link, Closed why) {
        if (agent == link) agent = null;
        repeats.write(
                "session",
                LogLevel.INFO,
                "session ended",
                "peer",
                link.peer(),
                "code",
                why.code(),
                "reason",
                why.reason());
    }

    // ---- doing

    private void perform(Step step) {
        state = step.state();
        // First told, then done: whoever has an answer finds in the report what it came from.
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
                log.debug(
                        "limits set",
                        "threshold",
                        threshold,
                        "used",
                        limits.used(),
                        "unavailable",
                        limits.unavailable());
            }
            case SetForecastHorizon(Duration ahead) -> {
                horizon = Optional.of(ahead);
                watcher.setHorizon(ahead);
                log.debug("looking ahead", "horizon_ms", ahead.toMillis());
            }
            case FitCache(Bytes usable) -> cache.ifPresent(it -> it.want(usable));
            case RequestUpscale ask -> {
                AgentConnection to = agent;
                if (to == null) return;
                long id = to.nextId();
                ResourceNeed need = ask.reason().need();
                decided(ask);
                to.send(DecisionMessages.request(id, need));
                repeats.write(
                        "upscale",
                        LogLevel.INFO,
                        "asked for more memory",
                        "id",
                        Long.toUnsignedString(id),
                        "reason",
                        need.reason().code(),
                        "wanted",
                        need.memory(),
                        "detail",
                        ask.reason().text(),
                        "fruitless",
                        state.backoff().fruitless());
            }
            case RequestCpus ask -> {
                AgentConnection to = agent;
                if (to == null) return;
                long id = to.nextId();
                decided(ask);
                to.send(DecisionMessages.request(id, ask.need()));
                repeats.write(
                        "cpus",
                        LogLevel.INFO,
                        "asked for more CPUs",
                        "id",
                        Long.toUnsignedString(id),
                        "wanted",
                        ask.wanted(),
                        "detail",
                        ask.text());
            }
            case ConfirmUpscale confirm -> {
                decided(confirm);
                answer(DecisionMessages.confirmation(confirm, cpus.count()));
                repeats.write(
                        "upscale",
                        LogLevel.INFO,
                        "upscale confirmed",
                        "id",
                        Long.toUnsignedString(confirm.id()),
                        "granted",
                        confirm.granted().memory(),
                        "vcpus",
                        confirm.granted().vcpus(),
                        "detail",
                        confirm.summary());
            }
            case AcceptDownscale agree -> {
                decided(agree);
                answer(DecisionMessages.agreement(agree));
                repeats.write(
                        "downscale",
                        LogLevel.INFO,
                        "downscale granted",
                        "id",
                        Long.toUnsignedString(agree.id()),
                        "target",
                        agree.target().memory(),
                        "vcpus",
                        agree.target().vcpus(),
                        "detail",
                        agree.summary());
            }
            case RefuseDownscale refuse -> {
                Refusal refusal = refuse.refusal();
                decided(refuse);
                answer(DecisionMessages.refusal(refuse));
                repeats.write(
                        "downscale " + refusal.code(),
                        LogLevel.INFO,
                        "downscale refused",
                        "id",
                        Long.toUnsignedString(refuse.id()),
                        "target",
                        refuse.target().memory(),
                        "reason",
                        refusal.code(),
                        "detail",
                        refusal.text());
            }
            case AnswerHealthCheck(long _, long id) ->
                    answer(DecisionMessages.health(id, checks.now()));
        }
    }

    /// To the agent of the live session: [MonitorDecision] answers no other.
    private void answer(MonitorMessage message) {
        if (agent != null) agent.answer(message);
    }

    private void decided(Verdict verdict) {
        report = report.withDecision(verdict.sentence());
    }

    // ---- telling

    private void tell(Event event, Usage usage) {
        switch (event) {
            case DatabaseChanged(var database) -> {
                if (database.problem().isEmpty()) log.info("Postgres answers");
                else log.warn("Postgres' cache cannot be set", "reason", database.problem());
            }
            case CacheSettled(Applied(Bytes usable, String summary)) ->
                    log.info("cache set", "usable", usable, "detail", summary);
            case MemoryObserved(Bytes total) ->
                    log.info("memory changed", "from", state.memory().observed(), "to", total);
            case CacheSettled(Failed _),
                    UsageChanged _,
                    TimerFired _,
                    SessionStarted _,
                    SessionEnded _ -> {}
            case UpscaleNotified _, DownscaleRequested _, HealthCheckReceived _ -> {}
            case PressureReported _, CpusRead _ -> {}
        }
        boolean readable = !(usage instanceof Usage.Unreadable);
        if (readable == usageReadable) return;
        usageReadable = readable;
        if (usage instanceof Usage.Unreadable(String why))
            repeats.write(
                    "usage",
                    LogLevel.WARN,
                    "memory usage is unknown, downscales are refused",
                    "reason",
                    why);
        else repeats.write("usage", LogLevel.INFO, "memory usage is known again");
    }

    private void logSample(Usage usage) {
        if (!(usage instanceof Usage.Known known)) return;
        boolean due =
                loggedAt.map(
                                at ->
                                        config.sampleLog()
                                                .isDue(
                                                        loggedUsage,
                                                        known.average(),
                                                        now().since(at)))
                        .orElse(true);
        if (!due) return;
        loggedUsage = known.average();
        loggedAt = Optional.of(now());
        log.debug(
                "memory",
                "average",
                known.average(),
                "last",
                known.last(),
                "threshold",
                state.threshold());
    }

    private void summarize(Usage usage) {
        log.info(
                "summary",
                "usage",
                usage instanceof Usage.Known known ? known.average() : "unknown",
                "threshold",
                state.threshold(),
                "memory",
                state.memory().observed(),
                "agent",
                agent == null ? "none" : agent.peer(),
                "postgres",
                state.database().name());
    }
}
