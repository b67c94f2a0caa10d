package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.Action.AcceptDownscale;
import dev.elastigres.core.monitor.Action.RefuseDownscale;
import dev.elastigres.core.monitor.Event.DownscaleRequested;
import dev.elastigres.core.monitor.PendingAnswer.Downscale;
import dev.elastigres.core.monitor.Usage.Known;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// Decides whether the VM may shrink. Usage is checked before the cache releases its memory, and
/// again after.
final class DownscaleDecision {
    private DownscaleDecision() {}

    static void requested(DownscaleRequested request, MonitorStepBuilder step) {
        PendingAnswerDecision.supersede(step);
        Bytes target = request.target().memory();
        Optional<Refusal> refusal = refusal(target, step);
        if (refusal.isPresent()) {
            refuse(request.session(), request.id(), request.target(), refusal.get(), step);
            return;
        }
        // The cache releases its memory before the downscale is accepted.
        MemoryRules rules = step.rules().memory();
        CacheDecision.fit(step.state().memory().announce(target).forSettings(rules), step);
        PendingAnswerDecision.await(
                new Downscale(
                        request.session(),
                        request.id(),
                        request.target(),
                        step.state().cache().fitted(),
                        step.now().plus(step.rules().answerTimeout())),
                step);
    }

    static Optional<Refusal> refusal(Bytes target, MonitorStepBuilder step) {
        return DownscaleCheck.refusal(target, step.usage(), step.rules().memory(), step.now());
    }

    /// Accepts the downscale, unless usage has changed while Postgres fitted its cache.
    ///
    /// @param cache what was done to the cache, as a clause
    static void finish(Downscale downscale, String cache, MonitorStepBuilder step) {
        step.setPending(Optional.empty());
        Bytes target = downscale.target().memory();
        Optional<Refusal> refusal = refusal(target, step);
        if (refusal.isPresent()) {
            takeBack(downscale, refusal.get(), step);
            return;
        }
        Bytes before = step.state().threshold();
        step.set(step.state().memory().announce(target));
        step.setPendingMemory(Optional.empty());
        step.set(step.state().backoff().shrunk());
        step.set(step.state().cpus().answered(step.now()));
        CacheDecision.followMemory(step);
        String summary =
                step.usage() instanceof Usage.NotMonitored
                        ? "no memory is watched"
                        : "set memory threshold from %s to %s, of %s usable"
                                .formatted(before, step.state().threshold(), step.usable());
        step.act(
                new AcceptDownscale(
                        downscale.session(),
                        downscale.id(),
                        downscale.target(),
                        used(step.usage()),
                        cache + "; " + summary));
    }

    /// Returns the figure that downscales are checked against.
    private static Optional<Bytes> used(Usage usage) {
        return usage instanceof Known known ? Optional.of(known.cautious()) : Optional.empty();
    }

    /// Refuses a downscale whose cache may have been fitted already, and fits it back.
    static void takeBack(Downscale downscale, Refusal refusal, MonitorStepBuilder step) {
        step.setPending(Optional.empty());
        CacheDecision.fit(step.forSettings(), step);
        refuse(downscale.session(), downscale.id(), downscale.target(), refusal, step);
    }

    private static void refuse(
            long session, long id, Resources target, Refusal refusal, MonitorStepBuilder step) {
        step.act(new RefuseDownscale(session, id, target, refusal));
    }
}
