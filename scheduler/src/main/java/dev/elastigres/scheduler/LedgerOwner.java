package dev.elastigres.scheduler;

import dev.elastigres.core.scheduler.AllocatableNode;
import dev.elastigres.core.scheduler.BookingProblem;
import dev.elastigres.core.scheduler.LedgerAnswer;
import dev.elastigres.core.scheduler.LedgerRequest;
import dev.elastigres.core.scheduler.LedgerRules;
import dev.elastigres.core.scheduler.NodeUsage;
import dev.elastigres.core.scheduler.PermitLedger;
import dev.elastigres.core.scheduler.PodBooking;
import dev.elastigres.core.scheduler.PodIdentity;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.daemon.thread.Threads;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

/// The only owner of a [PermitLedger]: one virtual thread with a bounded inbox. All methods may be
/// called by any thread, and wait for their turn.
public final class LedgerOwner implements AutoCloseable {
    /// Maximum number of calls that wait for their turn.
    private static final int INBOX = 4096;

    /// Maximum wait for a call. The ledger itself takes microseconds.
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final BlockingQueue<LedgerCall<?>> inbox = new ArrayBlockingQueue<>(INBOX);
    private final PermitLedger ledger;
    private final WakeUpListener listener;
    private final Thread thread;

    private record LedgerCall<T>(
            BiFunction<PermitLedger, Moment, T> what, CompletableFuture<T> result) {
        /// Calls the function, and returns how to report its result.
        Runnable run(PermitLedger ledger, Moment now) {
            try {
                T value = what.apply(ledger, now);
                return () -> result.complete(value);
            } catch (RuntimeException | Error e) {
                // A bug. The caller reports it; the ledger goes on.
                return () -> result.completeExceptionally(e);
            }
        }
    }

    /// Receives the VMs for which room became free, on the thread of the owner. It must not block.
    @FunctionalInterface
    public interface WakeUpListener {
        /// @param vms the pods of the VMs: of each node urgent ones first
        void wake(List<PodIdentity> vms);
    }

    /// The answer to a request, and what is needed to store it.
    ///
    /// @param pod the pod of the VM; empty for a rejected request
    /// @param stored the size in the pod's object
    /// @param booked the size that is booked now
    record BookedAnswer(
            LedgerAnswer answer, Optional<PodIdentity> pod, Resources stored, Resources booked) {}

    /// Starts the owner of an empty ledger, which answers nothing until it is rebuilt.
    public LedgerOwner(LedgerRules rules, WakeUpListener listener) {
        ledger = new PermitLedger(rules);
        this.listener = listener;
        thread = Thread.ofVirtual().name("permit-ledger").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                LedgerCall<?> call = inbox.take();
                var now = MonotonicClock.now();
                Runnable report = call.run(ledger, now);
                List<PodIdentity> woken = ledger.wakeUps(now);
                if (!woken.isEmpty()) listener.wake(woken);
                report.run();
            }
        } catch (InterruptedException _) {
            // Interrupted only to end the thread.
        }
    }

    /// Calls a function with the ledger and the present time.
    ///
    /// @throws LedgerBusyException if it is not this call's turn in time
    public <T> T call(BiFunction<PermitLedger, Moment, T> what)
            throws LedgerBusyException, InterruptedException {
        var call = new LedgerCall<>(what, new CompletableFuture<T>());
        if (!inbox.offer(call)) throw new LedgerBusyException("more than " + INBOX + " calls wait");
        try {
            return call.result.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw new LedgerBusyException("no turn within " + TIMEOUT.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw new IllegalStateException("the permit ledger failed", e.getCause());
        }
    }

    /// Makes the ledger equal to a complete list of the cluster's objects, see
    /// [PermitLedger#rebuild].
    ///
    /// @return what cannot be booked as it is
    public List<BookingProblem> rebuild(
            Collection<AllocatableNode> nodes, Collection<PodBooking> pods)
            throws LedgerBusyException, InterruptedException {
        return call((it, now) -> it.rebuild(nodes, pods, now));
    }

    /// Adds or replaces a node.
    public Optional<BookingProblem> putNode(AllocatableNode node)
            throws LedgerBusyException, InterruptedException {
        return call((it, _) -> it.putNode(node));
    }

    /// Removes a node.
    public void removeNode(String name) throws LedgerBusyException, InterruptedException {
        call(
                (it, _) -> {
                    it.removeNode(name);
                    return true;
                });
    }

    /// Adds or replaces a pod.
    public Optional<BookingProblem> putPod(PodBooking pod)
            throws LedgerBusyException, InterruptedException {
        return call((it, now) -> it.putPod(pod, now));
    }

    /// Removes a pod.
    public void removePod(String uid) throws LedgerBusyException, InterruptedException {
        call(
                (it, _) -> {
                    it.removePod(uid);
                    return true;
                });
    }

    /// Returns the bookings of all nodes.
    public List<NodeUsage> usages() throws LedgerBusyException, InterruptedException {
        return call((it, _) -> it.usages().toList());
    }

    /// Returns whether requests are answered.
    public boolean isReady() throws LedgerBusyException, InterruptedException {
        return call((it, _) -> it.isReady());
    }

    BookedAnswer ask(LedgerRequest request) throws LedgerBusyException, InterruptedException {
        return call(
                (it, now) -> {
                    LedgerAnswer answer = it.ask(request, now);
                    Optional<PodBooking> pod = it.observed(request.namespace(), request.pod());
                    return new BookedAnswer(
                            answer,
                            answer instanceof LedgerAnswer.Rejected
                                    ? Optional.empty()
                                    : pod.map(PodBooking::pod),
                            pod.map(PodBooking::size).orElse(Resources.ZERO),
                            it.booked(request.namespace(), request.pod()).orElse(Resources.ZERO));
                });
    }

    /// Returns the sizes that are booked and stored for a pod; empty if it is gone.
    Optional<BookedSizes> sizes(PodIdentity pod) throws LedgerBusyException, InterruptedException {
        return call(
                (it, _) ->
                        it.observed(pod.namespace(), pod.name())
                                .filter(known -> known.pod().equals(pod))
                                .map(
                                        known ->
                                                new BookedSizes(
                                                        it.booked(pod.namespace(), pod.name())
                                                                .orElseThrow(),
                                                        known.size())));
    }

    record BookedSizes(Resources booked, Resources stored) {}

    /// Takes note that `size` was stored for a pod.
    void stored(PodIdentity pod, Resources size) throws LedgerBusyException, InterruptedException {
        call(
                (it, now) ->
                        it.observed(pod.namespace(), pod.name())
                                .filter(known -> known.pod().equals(pod))
                                .flatMap(
                                        known ->
                                                it.putPod(
                                                        new PodBooking(
                                                                pod,
                                                                known.node(),
                                                                size,
                                                                known.overcommit(),
                                                                known.kind()),
                                                        now)));
    }

    /// Takes back what was booked beyond the stored size of a pod.
    void withdraw(PodIdentity pod, Resources stored)
            throws LedgerBusyException, InterruptedException {
        call(
                (it, _) -> {
                    it.withdraw(pod.namespace(), pod.name(), stored);
                    return true;
                });
    }

    @Override
    public void close() {
        Threads.end(thread);
    }
}
