package dev.elastigres.agent.worker;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.ObservedSize;
import dev.elastigres.agent.permits.Permit;
import dev.elastigres.agent.permits.PermitException;
import dev.elastigres.agent.permits.PermitRequest;
import dev.elastigres.agent.permits.PermitSource;
import dev.elastigres.core.agent.Action.Resize;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.daemon.log.CauseChain;
import java.time.Duration;

/// Calls of one VM's worker to the driver and the permit source, one at a time for each. The
/// results arrive in the worker's inbox.
final class VmCallRunner {
    /// Fraction (1/20) of the resize timeout that is reserved for the report of a partial resize
    /// before the call counts as hung.
    private static final int MARGIN = 20;

    private final Driver driver;
    private final PermitSource permits;
    private final CallQueues queues;
    private final WorkerInbox inbox;
    private final FleetListener listener;

    /// The queues of calls for one VM, which may outlive a worker.
    record CallQueues(CallQueue driver, CallQueue permits) {}

    /// @param listener receives the outcome of each resize
    VmCallRunner(
            Driver driver,
            PermitSource permits,
            CallQueues queues,
            WorkerInbox inbox,
            FleetListener listener) {
        this.driver = driver;
        this.permits = permits;
        this.queues = queues;
        this.inbox = inbox;
        this.listener = listener;
    }

    boolean isDriverFree() {
        return queues.driver.isFree();
    }

    void ask(PermitRequest request) {
        queues.permits.start(
                () -> {
                    try {
                        Permit permit = permits.ask(request);
                        happened(
                                new Event.PermitReceived(
                                        request.id(),
                                        permit.size(),
                                        permit.moves(),
                                        permit.shortage()));
                        problem(WorkerDependency.PERMITS, "");
                    } catch (PermitException e) {
                        happened(new Event.PermitRequestFailed(request.id(), CauseChain.chain(e)));
                        problem(WorkerDependency.PERMITS, CauseChain.chain(e));
                    }
                },
                this::failed);
    }

    /// @param timeout time within which the core expects the outcome
    void resize(DiscoveredVm vm, Resize resize, Duration timeout) {
        long deadline = System.nanoTime() + timeout.minus(timeout.dividedBy(MARGIN)).toNanos();
        queues.driver.start(
                () -> {
                    // The call may have waited in the queue for a call that was abandoned.
                    long start = System.nanoTime();
                    Duration left = Duration.ofNanos(deadline - start);
                    if (!left.isPositive()) return;
                    ResizeOutcome outcome = outcome(vm, resize, left);
                    Duration took = Duration.ofNanos(System.nanoTime() - start);
                    listener.resized(new ResizeReport(resize.from(), resize.to(), took, outcome));
                    happened(new Event.ResizeEnded(resize.id(), outcome));
                },
                this::failed);
    }

    private ResizeOutcome outcome(DiscoveredVm vm, Resize resize, Duration timeout)
            throws InterruptedException {
        try {
            return driver.resize(vm, resize.from(), resize.to(), timeout);
        } catch (DriverException.Unavailable e) {
            return new ResizeOutcome.Failed(ResizeFailure.UNAVAILABLE, CauseChain.chain(e));
        } catch (DriverException e) {
            return new ResizeOutcome.Failed(CauseChain.chain(e));
        }
    }

    void look(DiscoveredVm vm, Duration timeout) {
        queues.driver.start(
                () -> {
                    try {
                        ObservedSize observed = driver.look(vm, timeout);
                        happened(new Event.SizeObserved(observed.size(), observed.requested()));
                        problem(WorkerDependency.DRIVER, "");
                    } catch (DriverException e) {
                        problem(WorkerDependency.DRIVER, CauseChain.chain(e));
                    }
                },
                this::failed);
    }

    private void happened(Event event) throws InterruptedException {
        inbox.put(new WorkerMessage.EventMessage(event));
    }

    private void problem(WorkerDependency part, String why) throws InterruptedException {
        inbox.put(new WorkerMessage.DependencyFailed(part, why));
    }

    private void failed(Throwable bug) {
        try {
            inbox.put(new WorkerMessage.HelperFailed(bug));
        } catch (InterruptedException _) {
            // The worker has ended, too.
        }
    }
}
