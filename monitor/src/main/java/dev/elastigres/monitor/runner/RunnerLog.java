package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.Action.AcceptDownscale;
import dev.elastigres.core.monitor.Action.ConfirmUpscale;
import dev.elastigres.core.monitor.Action.RefuseDownscale;
import dev.elastigres.core.monitor.Action.RequestCpus;
import dev.elastigres.core.monitor.Action.RequestUpscale;
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
import dev.elastigres.core.monitor.Refusal;
import dev.elastigres.core.monitor.ResourceNeed;
import dev.elastigres.core.monitor.SampleLogRules;
import dev.elastigres.core.monitor.State;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.monitor.dispatcher.AgentConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Logs events, decisions and samples of one watched Postgres. Lines that agents and the monitor
/// cause every few seconds are rate-limited. Not thread-safe.
final class RunnerLog {
    private final Log log;
    private final LogRateLimiter limited;
    private final SampleLogRules sampleRules;
    private final Supplier<Moment> clock;

    private boolean usageReadable = true;
    private Bytes lastSample = Bytes.ZERO;
    private Optional<Moment> lastSampleAt = Optional.empty();

    RunnerLog(Log log, SampleLogRules sampleRules, Supplier<Moment> clock) {
        this.log = log;
        this.sampleRules = sampleRules;
        this.clock = clock;
        limited = new LogRateLimiter(log, clock);
    }

    void sessionBegan(AgentConnection session) {
        info("session", "session began", "peer", session.peer(), "version", session.version());
    }

    void sessionEnded(AgentConnection session, Closed reason) {
        info(
                "session",
                "session ended",
                "peer",
                session.peer(),
                "code",
                reason.code(),
                "reason",
                reason.reason());
    }

    void cacheIdentified(String policy, String settings) {
        log.info("memory-dependent settings found", "policy", policy, "settings", settings);
    }

    void limitsSet(Bytes threshold, MemoryLimits limits) {
        log.debug(
                "limits set",
                "threshold",
                threshold,
                "used",
                limits.used(),
                "unavailable",
                limits.unavailable());
    }

    void horizonSet(Duration ahead) {
        log.debug("forecast horizon set", "horizon_ms", ahead.toMillis());
    }

    /// @param fruitless the requests before it that were not granted
    void memoryRequested(long id, RequestUpscale request, int fruitless) {
        ResourceNeed need = request.reason().need();
        info(
                "upscale",
                "asked for more memory",
                "id",
                Long.toUnsignedString(id),
                "reason",
                need.reason().code(),
                "wanted",
                need.memory(),
                "detail",
                request.reason().text(),
                "fruitless",
                fruitless);
    }

    void cpusRequested(long id, RequestCpus request) {
        info(
                "cpus",
                "asked for more CPUs",
                "id",
                Long.toUnsignedString(id),
                "wanted",
                request.wanted(),
                "detail",
                request.text());
    }

    void upscaleConfirmed(ConfirmUpscale confirm) {
        info(
                "upscale",
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

    void downscaleAccepted(AcceptDownscale accept) {
        info(
                "downscale",
                "downscale granted",
                "id",
                Long.toUnsignedString(accept.id()),
                "target",
                accept.target().memory(),
                "vcpus",
                accept.target().vcpus(),
                "detail",
                accept.summary());
    }

    void downscaleRefused(RefuseDownscale refuse) {
        Refusal refusal = refuse.refusal();
        info(
                "downscale " + refusal.code(),
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

    /// @param before the state in which `event` arrived
    void event(Event event, State before) {
        switch (event) {
            case DatabaseChanged(var database) -> {
                if (database.problem().isEmpty()) log.info("Postgres answers");
                else log.warn("Postgres' cache cannot be set", "reason", database.problem());
            }
            case CacheSettled(Applied(Bytes usable, String summary)) ->
                    log.info("cache set", "usable", usable, "detail", summary);
            case MemoryObserved(Bytes total) ->
                    log.info("memory changed", "from", before.memory().observed(), "to", total);
            case CacheSettled(Failed _),
                    UsageChanged _,
                    TimerFired _,
                    SessionStarted _,
                    SessionEnded _ -> {}
            case UpscaleNotified _, DownscaleRequested _, HealthCheckReceived _ -> {}
            case PressureReported _, CpusRead _ -> {}
        }
    }

    /// Logs when usage becomes unknown, and when it is known again.
    void usage(Usage usage) {
        boolean readable = !(usage instanceof Usage.Unreadable);
        if (readable == usageReadable) return;
        usageReadable = readable;
        if (usage instanceof Usage.Unreadable(String why))
            limited.write(
                    "usage",
                    LogLevel.WARN,
                    "memory usage is unknown, downscales are refused",
                    "reason",
                    why);
        else info("usage", "memory usage is known again");
    }

    /// Logs a sample that differs enough from the last logged one, or comes late enough after it.
    void sample(Usage usage, Bytes threshold) {
        if (!(usage instanceof Usage.Known known)) return;
        Moment now = clock.get();
        if (lastSampleAt.isPresent()
                && !sampleRules.isDue(lastSample, known.average(), now.since(lastSampleAt.get())))
            return;
        lastSample = known.average();
        lastSampleAt = Optional.of(now);
        log.debug(
                "memory", "average", known.average(), "last", known.last(), "threshold", threshold);
    }

    void summary(Usage usage, State state, Optional<AgentConnection> agent) {
        log.info(
                "summary",
                "usage",
                usage instanceof Usage.Known known ? known.average() : "unknown",
                "threshold",
                state.threshold(),
                "memory",
                state.memory().observed(),
                "agent",
                agent.map(AgentConnection::peer).orElse("none"),
                "postgres",
                state.cache().database().name());
    }

    private void info(String topic, String message, Object... fields) {
        limited.write(topic, LogLevel.INFO, message, fields);
    }
}
