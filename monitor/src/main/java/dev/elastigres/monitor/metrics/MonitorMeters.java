package dev.elastigres.monitor.metrics;

import dev.elastigres.core.monitor.Action;
import dev.elastigres.core.monitor.Action.AcceptDownscale;
import dev.elastigres.core.monitor.Action.AnswerHealthCheck;
import dev.elastigres.core.monitor.Action.ConfirmUpscale;
import dev.elastigres.core.monitor.Action.FitCache;
import dev.elastigres.core.monitor.Action.RefuseDownscale;
import dev.elastigres.core.monitor.Action.RequestCpus;
import dev.elastigres.core.monitor.Action.RequestUpscale;
import dev.elastigres.core.monitor.Action.SetForecastHorizon;
import dev.elastigres.core.monitor.Action.WatchMemory;
import dev.elastigres.core.monitor.Event;
import dev.elastigres.core.monitor.Event.DownscaleRequested;
import dev.elastigres.core.monitor.Event.HealthCheckReceived;
import dev.elastigres.core.monitor.Event.SessionEnded;
import dev.elastigres.core.monitor.Event.SessionStarted;
import dev.elastigres.core.monitor.Event.UpscaleNotified;
import dev.elastigres.core.monitor.Shortage;
import dev.elastigres.core.monitor.Step;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.metrics.Counters;
import dev.elastigres.daemon.metrics.Histogram;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Counters and durations of the exchange between one watched Postgres and its agents. All methods
/// may be called by any thread.
public final class MonitorMeters {
    /// Maximum number of unanswered requests: more than the runner's inbox holds.
    private static final int MAX_WAITING = 1024;

    /// A later grant does not count as the answer to a request.
    private static final Duration MAX_GRANT = Duration.ofMinutes(1);

    private static final double[] TIMES = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5
    };
    private static final double[] GRANT_TIMES = {0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60};

    private final RequestKind upscale = new RequestKind("upscale_notification");
    private final RequestKind downscale = new RequestKind("downscale_request");
    private final RequestKind health = new RequestKind("health_check");

    private final Map<CountedMessage, MessageArrival> waiting = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Moment> asked = new AtomicReference<>();

    private final Counters requests =
            new Counters(
                            "elastigres_monitor_requests_total",
                            "Requests of agents, by outcome",
                            "kind",
                            "outcome")
                    .show(upscale.label, "confirmed")
                    .show(downscale.label, "granted")
                    .show(downscale.label, "refused")
                    .show(health.label, "answered");
    private final Counters refusals =
            new Counters(
                    "elastigres_monitor_refusals_total", "Downscales refused, by reason", "reason");
    private final Counters asks =
            new Counters(
                    "elastigres_monitor_upscale_requests_total",
                    "Upscale requests, by reason",
                    "reason");
    private final Counters sessions =
            new Counters("elastigres_monitor_sessions_total", "Agents that finished a handshake");
    private final Counters failedHandshakes =
            new Counters("elastigres_monitor_handshake_failures_total", "Failed handshakes");
    private final Counters unreadable =
            new Counters(
                    "elastigres_monitor_unreadable_messages_total",
                    "Messages of agents that could not be read");
    private final Histogram reaction = new Histogram(TIMES);
    private final Histogram grant = new Histogram(GRANT_TIMES);

    public MonitorMeters() {
        for (Shortage reason : Shortage.values()) asks.show(reason.code());
    }

    /// A kind of request from agents, and how long its answers took.
    private record RequestKind(String label, Histogram handling) {
        RequestKind(String label) {
            this(label, new Histogram(TIMES, "kind", label));
        }
    }

    private record CountedMessage(long session, long id) {}

    private record MessageArrival(RequestKind kind, Moment at) {}

    // ---- messages

    /// Records that an agent's message arrived and waits for the runner.
    ///
    /// @param event the event of the message
    /// @param now time of arrival
    public void arrived(Event event, Moment now) {
        // Agents send no other events.
        if (event instanceof UpscaleNotified(long session, long id, var _)) {
            arrived(upscale, session, id, now);
            granted(now);
        } else if (event instanceof DownscaleRequested(long session, long id, var _)) {
            arrived(downscale, session, id, now);
        } else if (event instanceof HealthCheckReceived(long session, long id)) {
            arrived(health, session, id, now);
        }
    }

    private void granted(Moment now) {
        Moment since = asked.getAndSet(null);
        if (since == null) return;
        Duration time = now.since(since);
        if (time.compareTo(MAX_GRANT) <= 0) grant.observe(time);
    }

    private void arrived(RequestKind kind, long session, long id, Moment now) {
        if (waiting.size() < MAX_WAITING)
            waiting.put(new CountedMessage(session, id), new MessageArrival(kind, now));
    }

    /// Records a health check that is about to be answered without a decision.
    ///
    /// @param arrived time of its arrival
    public void healthCheckAnswered(Moment arrived, Moment now) {
        requests.count(health.label, "answered");
        health.handling.observe(now.since(arrived));
    }

    /// Records a failed handshake.
    public void handshakeFailed() {
        failedHandshakes.count();
    }

    /// Records a message of an agent that could not be read.
    public void messageUnreadable() {
        unreadable.count();
    }

    // ---- decisions

    /// Records the decision that the runner is about to carry out. Called before its answers are
    /// sent, so that an agent with an answer finds it counted.
    ///
    /// @param event the event that led to the decision
    /// @param step the decision
    /// @param usage the usage that the decision was based on
    /// @param now time of the decision
    public void decided(Event event, Step step, Usage usage, Moment now) {
        if (event instanceof SessionStarted) sessions.count();
        if (event instanceof SessionEnded(long session)) forget(session);
        boolean first = step.state().backoff().fruitless() == 1;
        for (Action action : step.actions()) {
            switch (action) {
                case ConfirmUpscale it ->
                        answered(upscale, "confirmed", it.session(), it.id(), now);
                case AcceptDownscale it ->
                        answered(downscale, "granted", it.session(), it.id(), now);
                case RefuseDownscale it -> {
                    answered(downscale, "refused", it.session(), it.id(), now);
                    refusals.count(it.refusal().code());
                }
                case AnswerHealthCheck(long session, long id) ->
                        answered(health, "answered", session, id, now);
                case RequestUpscale ask -> {
                    asks.count(ask.reason().need().reason().code());
                    if (first) countFirstRequest(usage, now);
                }
                case RequestCpus ask -> asks.count(ask.need().reason().code());
                case FitCache _, WatchMemory _, SetForecastHorizon _ -> {}
            }
        }
    }

    private void answered(RequestKind kind, String outcome, long session, long id, Moment now) {
        requests.count(kind.label, outcome);
        MessageArrival arrival = waiting.remove(new CountedMessage(session, id));
        if (arrival != null) kind.handling.observe(now.since(arrival.at));
    }

    /// Counts the pending requests of `session` as unanswered.
    private void forget(long session) {
        for (CountedMessage message : List.copyOf(waiting.keySet())) {
            if (message.session != session) continue;
            MessageArrival unanswered = waiting.remove(message);
            if (unanswered != null) requests.count(unanswered.kind.label, "unanswered");
        }
    }

    private void countFirstRequest(Usage usage, Moment now) {
        asked.set(now);
        if (usage instanceof Usage.Known known) reaction.observe(now.since(known.at()));
    }

    // ---- output

    public void write(MetricsWriter page) {
        requests.write(page);
        page.histogram(
                "elastigres_monitor_request_handling_seconds",
                "From an agent's request to its answer");
        for (RequestKind kind : List.of(upscale, downscale, health)) kind.handling.write(page);
        refusals.write(page);
        asks.write(page);
        page.histogram(
                "elastigres_monitor_upscale_reaction_seconds",
                "From the sample that showed the need to the first request for more");
        reaction.write(page);
        page.histogram(
                "elastigres_monitor_upscale_grant_seconds",
                "From the first request for more to the agent's grant");
        grant.write(page);
        sessions.write(page);
        failedHandshakes.write(page);
        unreadable.write(page);
    }
}
