package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.Action.ConfirmUpscale;
import dev.elastigres.core.monitor.Event.UpscaleNotified;
import dev.elastigres.core.monitor.PendingAnswer.Upscale;
import dev.elastigres.core.units.Bytes;
import java.util.Optional;

/// Decides what follows when the agent announces the VM's size, and how the announcement is
/// confirmed.
final class AnnouncedSizeDecision {
    private AnnouncedSizeDecision() {}

    static void notified(UpscaleNotified notified, MonitorStepBuilder step) {
        PendingAnswerDecision.supersede(step);
        UpscaleBackoff backoff = step.state().backoff();
        // With forecasts, the monitor waits for pending memory while that is enough, so the grant
        // does not delay the next request.
        step.set(
                step.rules().horizon().isPresent()
                        ? backoff.answered(step.now())
                        : backoff.granted(step.now()));
        step.set(step.state().cpus().answered(step.now()));
        announce(notified.granted().memory(), step);
        GrantDecision.await(step);
        ShortageDecision.followMemory(step);
        // Fit the cache even if it fits already: the answer waits for the outcome of a request.
        CacheDecision.fit(step.forSettings(), step);
        PendingAnswerDecision.await(
                new Upscale(
                        notified.session(),
                        notified.id(),
                        notified.granted(),
                        step.state().cache().fitted(),
                        step.now().plus(step.rules().answerTimeout())),
                step);
    }

    /// Applies an announcement. One below the observed memory is checked like a downscale.
    private static void announce(Bytes granted, MonitorStepBuilder step) {
        MemoryState memory = step.state().memory();
        boolean disputed =
                granted.isLessThan(memory.observed())
                        && DownscaleDecision.refusal(granted, step).isPresent();
        step.set(disputed ? memory.withDisputed(granted) : memory.announce(granted));
    }

    /// @param cache what was done to the cache, as a clause
    static void confirm(Upscale upscale, String cache, MonitorStepBuilder step) {
        step.setPending(Optional.empty());
        State state = step.state();
        MemoryRules rules = step.rules().memory();
        String kept =
                state.memory().disputed() && state.cache().isManaged()
                        ? "; settings stay fitted to "
                                + state.cache().fitted()
                                + ", as a downscale to that would be refused"
                        : "";
        Bytes usable = step.usable();
        Bytes expected = rules.usable(upscale.granted().memory());
        String missing =
                usable.isLessThan(expected) ? "; " + expected + " once that memory is there" : "";
        step.act(
                new ConfirmUpscale(
                        upscale.session(),
                        upscale.id(),
                        upscale.granted(),
                        state.memory().applied(rules),
                        "%s; threshold is %s, of %s usable%s%s"
                                .formatted(cache, state.threshold(), usable, kept, missing)));
    }
}
