package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.Action.SetForecastHorizon;
import dev.elastigres.core.monitor.Usage.Known;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// Decides how long to wait for memory that was requested or announced. The delays of grants
/// determine the forecast horizon.
final class GrantDecision {
    /// Pages of 4 KiB per page that holds their descriptors: one has 64 bytes.
    private static final int PAGES_PER_DESCRIPTOR = 64;

    private GrantDecision() {}

    /// Starts waiting for announced memory, unless it is present already or less than before.
    static void await(MonitorStepBuilder step) {
        if (step.rules().horizon().isEmpty()) return;
        if (isComplete(step)) {
            complete(step);
            return;
        }
        PendingMemory pending =
                step.state()
                        .grants()
                        .pending()
                        .map(it -> it.isAnnounced(step.now()))
                        .orElseGet(() -> PendingMemory.announced(step.now()));
        step.setPendingMemory(Optional.of(pending));
    }

    /// Records a request for memory.
    static void requested(MonitorStepBuilder step) {
        if (step.rules().horizon().isEmpty()) {
            step.setPendingMemory(Optional.empty());
            return;
        }
        PendingMemory pending =
                step.state()
                        .grants()
                        .pending()
                        .map(it -> it.isAskedAgain(step.now(), maxDelay(step.rules())))
                        .orElseGet(() -> PendingMemory.withRequest(step.now()));
        step.setPendingMemory(Optional.of(pending));
    }

    static void memoryArrived(MonitorStepBuilder step) {
        Optional<PendingMemory> pending =
                step.state().grants().pending().map(it -> it.arrives(step.now()));
        step.setPendingMemory(pending);
        if (pending.filter(PendingMemory::announced).isPresent() && isComplete(step))
            complete(step);
    }

    /// Returns whether the announced memory is present, less the page descriptors that the kernel
    /// keeps beyond its reserve.
    private static boolean isComplete(MonitorStepBuilder step) {
        Bytes announced = step.announcedUsable();
        Bytes descriptors = Bytes.of(announced.value() / PAGES_PER_DESCRIPTOR);
        return !step.state().memory().observed().isLessThan(announced.minus(descriptors));
    }

    /// Ends the wait for pending memory, and records its grant delay for the forecast horizon.
    private static void complete(MonitorStepBuilder step) {
        Duration max = maxDelay(step.rules());
        Optional<Duration> delay =
                step.state()
                        .grants()
                        .pending()
                        .flatMap(PendingMemory::took)
                        .filter(it -> it.compareTo(max) <= 0);
        step.setPendingMemory(Optional.empty());
        if (delay.isEmpty()) return;
        step.set(step.state().backoff().served(step.now()));
        step.set(step.state().grants().withDelay(delay.get()));
        setHorizon(step);
    }

    /// Ends the wait for memory that does not arrive. The request is remembered for a while,
    /// because memory that arrives late still shows the grant delay.
    static void expire(MonitorStepBuilder step) {
        Optional<PendingMemory> pending = step.state().grants().pending();
        if (pending.isEmpty()) return;
        PendingMemory memory = pending.get();
        if (!memory.awaited()) {
            Duration max = maxDelay(step.rules());
            step.setPendingMemory(
                    pending.filter(
                            _ ->
                                    memory.requestedAt()
                                            .filter(it -> step.now().since(it).compareTo(max) <= 0)
                                            .isPresent()));
        } else if (!step.now().isBefore(deadline(memory, step))) {
            if (memory.announced() || memory.took().isPresent()) complete(step);
            else step.setPendingMemory(Optional.of(memory.isGivenUp()));
        }
    }

    /// Returns whether pending memory is enough. Before the agent announces an amount, it counts as
    /// enough.
    static boolean isEnough(Known known, MonitorStepBuilder step) {
        return step.state()
                .grants()
                .pending()
                .filter(PendingMemory::awaited)
                .filter(it -> !it.announced() || fits(known, step.announcedUsable()))
                .isPresent();
    }

    /// Returns whether the forecast usage is less than `usable`.
    static boolean fits(Known known, Bytes usable) {
        return known.forecast().forecast().isLessThan(usable);
    }

    /// Returns when the wait for pending memory ends; empty without one.
    static Optional<Moment> waitEnds(MonitorStepBuilder step) {
        return step.state()
                .grants()
                .pending()
                .filter(PendingMemory::awaited)
                .map(it -> deadline(it, step));
    }

    private static Moment deadline(PendingMemory memory, MonitorStepBuilder step) {
        return memory.deadline(horizon(step), step.rules().backoff().interval());
    }

    // ---- the forecast horizon

    static void setHorizon(MonitorStepBuilder step) {
        if (step.rules().horizon().isPresent()) step.act(new SetForecastHorizon(horizon(step)));
    }

    /// Returns the forecast horizon; zero without forecasts.
    static Duration horizon(MonitorStepBuilder step) {
        GrantDelays delays = step.state().grants().delays();
        return step.rules().horizon().map(it -> it.horizon(delays)).orElse(Duration.ZERO);
    }

    /// Returns the maximum grant delay that counts. Memory that takes longer has another cause than
    /// the request.
    private static Duration maxDelay(MonitorRules rules) {
        return rules.horizon().map(it -> it.max().multipliedBy(2)).orElse(Duration.ZERO);
    }
}
