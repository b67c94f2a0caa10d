package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.Action.RequestCpus;
import dev.elastigres.core.monitor.Action.RequestUpscale;
import dev.elastigres.core.monitor.Usage.Known;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/// Decides when to request more memory or more CPUs from the agent.
final class UpscaleRequestDecision {
    /// Interval between checks while usage grows and no request is sent because pending or granted
    /// memory may be enough.
    private static final Duration CHECK_INTERVAL = Duration.ofMillis(100);

    private UpscaleRequestDecision() {}

    /// Requests memory if it is short, no sufficient memory is pending, and the backoff has passed.
    /// Returns when to check again; empty if only an event can change the result.
    static Optional<Moment> requestMemory(MonitorStepBuilder step) {
        if (!(step.usage() instanceof Known known)) {
            step.setShortage(Optional.empty());
            return Optional.empty();
        }
        step.setShortage(ShortageDecision.find(known, step));
        Optional<Shortage> shortage = step.reported().or(() -> step.state().shortage());
        UpscaleBackoff backoff = step.state().backoff();
        if (shortage.isEmpty()) {
            step.set(backoff.isBelow(step.now()));
            return Optional.empty();
        }
        step.set(backoff.isAbove(step.rules().backoff(), step.now()));
        return step.state().session().isPresent()
                ? requestMemory(known, shortage.get(), step)
                : Optional.empty();
    }

    private static Optional<Moment> requestMemory(
            Known known, Shortage shortage, MonitorStepBuilder step) {
        Optional<Moment> soon = Optional.of(step.now().plus(CHECK_INTERVAL));
        if (GrantDecision.isEnough(known, step))
            return step.state()
                    .grants()
                    .pending()
                    .filter(PendingMemory::announced)
                    .flatMap(_ -> soon);
        if (shortage == Shortage.GROWTH
                && isServed(step)
                && GrantDecision.fits(known, step.usable())) return soon;
        Optional<Moment> grantShows = grantShowsAt(shortage, step);
        if (grantShows.isPresent()) return grantShows;

        UpscaleBackoffRules rules = step.rules().backoff();
        if (step.state().backoff().mayAsk(rules, step.now())) {
            step.set(step.state().backoff().afterRequest(step.now()));
            GrantDecision.requested(step);
            UpscaleReason reason = new UpscaleReasonBuilder(known, step).reason(shortage);
            step.act(new RequestUpscale(step.state().session().getAsLong(), reason));
        }
        return step.state().backoff().nextAt(rules);
    }

    /// Returns until when a forecast need waits for an earlier grant to show; empty if it need not
    /// wait. An agent that does not understand stated amounts grants one fixed unit, never less.
    /// Whether that is enough shows only after it has been present for a while. Until then, a
    /// forecast alone does not justify a request; actual usage does.
    private static Optional<Moment> grantShowsAt(Shortage shortage, MonitorStepBuilder step) {
        if (shortage != Shortage.GROWTH || step.state().cpus().heard()) return Optional.empty();
        UpscaleBackoff backoff = step.state().backoff();
        return Stream.of(backoff.answered(), backoff.served())
                .flatMap(Optional::stream)
                .map(it -> it.plus(step.rules().backoff().interval()))
                .filter(step.now()::isBefore)
                .reduce((one, other) -> one.isAfter(other) ? one : other);
    }

    /// Returns whether this rise already had a grant. More is requested only if the rise would take
    /// all usable memory: the distance above the threshold covers the time until a grant arrives,
    /// and most rises end before.
    private static boolean isServed(MonitorStepBuilder step) {
        Duration twoHorizons = GrantDecision.horizon(step).multipliedBy(2);
        return step.state()
                .backoff()
                .served()
                .filter(it -> step.now().since(it).compareTo(twoHorizons) <= 0)
                .isPresent();
    }

    /// Requests CPUs, only right after a reading, as the next one follows soon. A request for
    /// memory has priority and is not delayed by one for CPUs.
    static void requestCpus(MonitorStepBuilder step) {
        State state = step.state();
        MonitorRules rules = step.rules();
        if (!step.hasReadCpus() || state.session().isEmpty() || rules.cpu().isEmpty()) return;
        Duration interval = rules.backoff().interval();
        boolean memoryFirst =
                state.backoff()
                        .last()
                        .filter(it -> step.now().isBefore(it.plus(interval)))
                        .isPresent();
        CpuDemand cpus = state.cpus();
        Optional<CpuReading> due = cpus.due(rules.cpu().get(), step.now());
        if (memoryFirst || due.isEmpty()) return;
        step.set(cpus.afterRequest(step.now()));
        step.act(
                new RequestCpus(
                        state.session().getAsLong(),
                        step.total(),
                        cpus.wanted(due.get()),
                        due.get()));
    }
}
