package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.CacheOutcome.Applied;
import dev.elastigres.core.monitor.CacheOutcome.Failed;
import dev.elastigres.core.monitor.DatabaseState.Down;
import dev.elastigres.core.monitor.DatabaseState.Hung;
import dev.elastigres.core.monitor.DatabaseState.Refusing;
import dev.elastigres.core.monitor.DatabaseState.Unknown;
import dev.elastigres.core.monitor.DatabaseState.Unmanaged;
import dev.elastigres.core.monitor.DatabaseState.Up;
import dev.elastigres.core.monitor.PendingAnswer.Downscale;
import dev.elastigres.core.monitor.PendingAnswer.Upscale;
import dev.elastigres.core.monitor.Refusal.CacheStuck;
import dev.elastigres.core.monitor.Refusal.Superseded;
import dev.elastigres.core.units.Bytes;
import java.util.Optional;

/// Decides when the agent gets an answer that waits for Postgres to fit its cache. At most one
/// answer waits.
final class PendingAnswerDecision {
    private PendingAnswerDecision() {}

    /// Answers at once if there is nothing to wait for, otherwise after the cache was fitted.
    static void await(PendingAnswer answer, MonitorStepBuilder step) {
        step.setPending(Optional.of(answer));
        switch (step.state().cache().database()) {
            case Unmanaged() -> answer(answer, "no cache is managed", step);
            case Up _, Unknown _ -> {}
            case Down problem -> answerWithoutCache(answer, problem, step);
            case Hung problem -> answerWithoutCache(answer, problem, step);
            case Refusing problem -> answerWithoutCache(answer, problem, step);
        }
    }

    static void cacheSettled(CacheOutcome outcome, MonitorStepBuilder step) {
        CacheSizing cache = step.state().cache();
        switch (outcome) {
            case Applied _ -> {
                if (!(cache.database() instanceof Up)) step.set(cache.with(new Up()));
            }
            case Failed(Bytes _, DatabaseState problem) -> step.set(cache.with(problem));
        }
        Optional<PendingAnswer> pending =
                step.state().pending().filter(it -> it.usable().equals(outcome.usable()));
        if (pending.isEmpty()) return;
        switch (outcome) {
            case Applied(Bytes _, String summary) -> answer(pending.get(), summary, step);
            case Failed(Bytes _, DatabaseState problem) ->
                    answerWithoutCache(pending.get(), problem, step);
        }
    }

    private static void answer(PendingAnswer answer, String cache, MonitorStepBuilder step) {
        switch (answer) {
            case Upscale upscale -> AnnouncedSizeDecision.confirm(upscale, cache, step);
            case Downscale downscale -> DownscaleDecision.finish(downscale, cache, step);
        }
    }

    /// Answers without a fitted cache. A Postgres that is not running holds no memory in its cache,
    /// so the VM may shrink. One that runs and does not apply the setting keeps its memory, unless
    /// the settings hold none.
    private static void answerWithoutCache(
            PendingAnswer answer, DatabaseState problem, MonitorStepBuilder step) {
        String later = "cache is set when Postgres can: " + problem.problem();
        switch (answer) {
            case Upscale upscale -> AnnouncedSizeDecision.confirm(upscale, later, step);
            case Downscale downscale when !problem.holdsMemory() ->
                    DownscaleDecision.finish(downscale, later, step);
            case Downscale downscale ->
                    DownscaleDecision.takeBack(downscale, new CacheStuck(problem.problem()), step);
        }
    }

    /// Answers a request that Postgres did not carry out in time.
    static void expire(MonitorStepBuilder step) {
        Optional<PendingAnswer> late =
                step.state().pending().filter(it -> !step.now().isBefore(it.deadline()));
        if (late.isEmpty()) return;
        long timeout = step.rules().answerTimeout().toMillis();
        boolean holdsMemory = step.state().cache().database().holdsMemory();
        var hung = new Hung("Postgres did not answer within " + timeout + "ms", holdsMemory);
        answerWithoutCache(late.get(), hung, step);
    }

    /// Answers a pending request, because the agent sent a newer message.
    static void supersede(MonitorStepBuilder step) {
        if (step.state().pending().isEmpty()) return;
        switch (step.state().pending().get()) {
            case Upscale upscale ->
                    AnnouncedSizeDecision.confirm(upscale, "cache is being set", step);
            case Downscale downscale ->
                    DownscaleDecision.takeBack(downscale, new Superseded(), step);
        }
    }

    /// Drops the pending answer and the announcement: the session that waited for the one and would
    /// carry out the other is over.
    static void drop(MonitorStepBuilder step) {
        boolean downscale = step.isDownscalePending();
        step.setPending(Optional.empty());
        step.set(step.state().memory().forgetAnnounced());
        step.setPendingMemory(Optional.empty());
        if (downscale) CacheDecision.fit(step.forSettings(), step);
        CacheDecision.followMemory(step);
    }
}
