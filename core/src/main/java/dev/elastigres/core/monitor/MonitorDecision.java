package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.Action.AnswerHealthCheck;
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
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// Decides everything about one watched Postgres, as a function of the runner's state, an event,
/// the usage of Postgres and the current time.
///
/// Each step applies the event, answers what has waited too long, and then requests memory or CPUs
/// if they are short. The parts are [AnnouncedSizeDecision] and [DownscaleDecision] for the agent's
/// messages, [PendingAnswerDecision] for answers that wait for Postgres, [CacheDecision],
/// [GrantDecision] for memory that is to arrive, [ShortageDecision] and [UpscaleRequestDecision].
public final class MonitorDecision {
    private MonitorDecision() {}

    /// Returns the runner's first step. Although nothing differs from the wanted state yet, fitting
    /// the cache at once reveals what cannot be done, such as a missing privilege.
    public static Step begin(State state, Usage usage, MonitorRules rules, Moment now) {
        var step = new MonitorStepBuilder(state, usage, rules, now);
        step.act(step.watched());
        GrantDecision.setHorizon(step);
        CacheDecision.fit(state.cache().fitted(), step);
        return finish(step);
    }

    /// Returns the state and actions that follow from `event`, with the present `usage`.
    public static Step after(
            State state, Event event, Usage usage, MonitorRules rules, Moment now) {
        var step = new MonitorStepBuilder(state, usage, rules, now);
        apply(event, step);
        return finish(step);
    }

    private static void apply(Event event, MonitorStepBuilder step) {
        switch (event) {
            case SessionStarted(long session, boolean understandsShortage) -> {
                PendingAnswerDecision.drop(step);
                step.setSession(OptionalLong.of(session));
                step.set(step.state().cpus().listener(understandsShortage));
                step.set(step.state().backoff().forNewSession());
            }
            case SessionEnded(long session) -> {
                if (!step.isLive(session)) return;
                PendingAnswerDecision.drop(step);
                step.setSession(OptionalLong.empty());
            }
            case UpscaleNotified notified -> {
                if (step.isLive(notified.session())) AnnouncedSizeDecision.notified(notified, step);
            }
            case DownscaleRequested request -> {
                if (step.isLive(request.session())) DownscaleDecision.requested(request, step);
            }
            case HealthCheckReceived(long session, long id) -> {
                if (step.isLive(session)) step.act(new AnswerHealthCheck(session, id));
            }
            case MemoryObserved(Bytes total) -> {
                boolean grows = step.state().memory().observed().isLessThan(total);
                step.set(step.state().memory().observe(total));
                CacheDecision.followMemory(step);
                if (grows) GrantDecision.memoryArrived(step);
            }
            case PressureReported(Shortage shortage) -> {
                if (shortage != Shortage.PRESSURE || ShortageDecision.isNear(step))
                    step.report(shortage);
            }
            case CpusRead(CpuReading reading) -> {
                CpuDemand cpus = step.state().cpus();
                step.readCpus(
                        step.rules()
                                .cpu()
                                .map(it -> cpus.read(reading, it, step.now()))
                                .orElse(cpus));
            }
            case CacheSettled(CacheOutcome outcome) ->
                    PendingAnswerDecision.cacheSettled(outcome, step);
            case DatabaseChanged(DatabaseState database) ->
                    step.set(step.state().cache().with(database));
            case UsageChanged(), TimerFired() -> {}
        }
    }

    private static Step finish(MonitorStepBuilder step) {
        PendingAnswerDecision.expire(step);
        GrantDecision.expire(step);
        CacheDecision.refitWhenDue(step);
        Optional<Moment> nextRequest = UpscaleRequestDecision.requestMemory(step);
        UpscaleRequestDecision.requestCpus(step);
        Optional<Moment> wakeAt =
                Stream.of(
                                nextRequest,
                                step.state().pending().map(PendingAnswer::deadline),
                                GrantDecision.waitEnds(step),
                                step.state().cache().refit())
                        .flatMap(Optional::stream)
                        .reduce((one, other) -> one.isBefore(other) ? one : other);
        return step.finish(wakeAt);
    }
}
