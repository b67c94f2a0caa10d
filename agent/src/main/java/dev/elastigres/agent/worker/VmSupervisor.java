package dev.elastigres.agent.worker;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.worker.VmCallRunner.CallQueues;
import dev.elastigres.agent.worker.VmWorker.WorkerContext;
import dev.elastigres.core.agent.AgentDecision;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.SizeExplanation;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthDetails;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Supervises one VM while it runs and restarts its worker after a bug. Failures here do not affect
/// other VMs.
final class VmSupervisor {
    /// Timeout for calls in progress when the VM is given up.
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

    private final Optional<VmSupervisor> before;
    private final WorkerContext around;
    private final AtomicLong bugs;
    private final VmHistory history;
    private final CallQueues callQueues;
    private final Thread thread;
    private volatile DiscoveredVm found;
    private volatile Optional<Gone> gone = Optional.empty();
    private volatile Optional<WorkerInbox> inbox = Optional.empty();

    /// @param found the VM
    /// @param before the previous supervisor of the same name, which may not have ended yet
    /// @param around what all workers share
    /// @param bugs counts the bugs of all VMs
    VmSupervisor(
            DiscoveredVm found,
            Optional<VmSupervisor> before,
            WorkerContext around,
            AtomicLong bugs) {
        this.found = found;
        this.before = before;
        this.around = around;
        this.bugs = bugs;
        history = new VmHistory(found.name());
        callQueues =
                new CallQueues(
                        new CallQueue("driver-" + found.name()),
                        new CallQueue("permits-" + found.name()));
        thread = Thread.ofVirtual().name("worker-" + found.name()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    DiscoveredVm found() {
        return found;
    }

    /// Returns the status; empty until the size was read once.
    Optional<VmStatus> view() {
        return history.view();
    }

    /// Returns the latest failure of each dependency, by dependency name.
    Map<String, String> problems() {
        return history.problems();
    }

    /// Returns what the connected monitor last reported of itself; empty without one.
    Optional<HealthDetails> health() {
        return history.health();
    }

    /// Returns what the decision would be with other rules and without a hold, for the metrics that
    /// were read last.
    ///
    /// @return empty until the size was read once
    Optional<SizeExplanation> preview(VmRules rules) {
        return view().map(it -> preview(it.state(), rules));
    }

    private SizeExplanation preview(State state, VmRules rules) {
        var events = new ArrayList<Event>();
        events.add(new Event.HoldChanged(Optional.empty()));
        events.add(new Event.LimitsChanged(rules.limits(found.bounds())));
        history.lastRead().ifPresent(events::add);
        State then = state;
        for (Event each : events)
            then = AgentDecision.after(then, each, rules.rules(), now()).state();
        return then.why();
    }

    /// Updates the VM, whose bounds or endpoints may have changed.
    void foundAgain(DiscoveredVm again) {
        if (again.equals(found)) return;
        found = again;
        changed();
    }

    /// Makes the worker read the rules and the size again.
    void changed() {
        inbox.ifPresent(WorkerInbox::nudge);
    }

    private void run() {
        Duration rest = around.polling().restartFirst();
        try {
            if (before.isPresent()) before.get().thread.join();
            while (true) {
                Moment began = now();
                try {
                    work();
                } catch (RuntimeException | Error e) {
                    Duration lived = now().since(began);
                    if (lived.compareTo(around.polling().restartMax()) > 0)
                        rest = around.polling().restartFirst();
                    report(e, rest);
                }
                Thread.sleep(rest);
                rest = doubled(rest);
            }
        } catch (InterruptedException _) {
            // Interrupted only to end the thread.
        } finally {
            leave();
        }
    }

    /// Ends all calls before the VM leaves the permit source, which would not know the VM of a
    /// later request.
    private void leave() {
        try {
            if (before.isPresent()) before.get().thread.join();
            callQueues.permits().giveUp();
            boolean ended =
                    callQueues.driver().end(STOP_TIMEOUT) && callQueues.permits().end(STOP_TIMEOUT);
            if (!ended) around.log().error("a call for a VM does not end", "vm", found.name());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            around.permits().leave(found.name());
            gone.ifPresent(this::reportGone);
        }
    }

    private void reportGone(Gone ended) {
        view().map(it -> it.state().current())
                .map(
                        size ->
                                new ScalingEvent(
                                        ended.at, found.name(), size, Resources.ZERO, ended.why))
                .ifPresent(around.listener()::gone);
    }

    private record Gone(Instant at, String why) {}

    private void work() throws InterruptedException {
        var fresh = new WorkerInbox();
        inbox = Optional.of(fresh);
        new VmWorker(() -> found, around, callQueues, history, fresh, firstId()).run();
    }

    /// Returns an id above those of all earlier workers and agents, provided that they started at
    /// least a millisecond apart and used fewer than 65,536 ids per millisecond.
    private static long firstId() {
        return System.currentTimeMillis() << 16;
    }

    private void report(Throwable bug, Duration rest) {
        bugs.incrementAndGet();
        Throwable cause =
                bug instanceof WorkerBugException && bug.getCause() != null ? bug.getCause() : bug;
        around.log()
                .error(
                        "a bug ended a VM's worker, which is restarted",
                        "vm",
                        found.name(),
                        "cause",
                        cause,
                        "after_ms",
                        rest.toMillis());
        history.broke(CauseChain.chain(cause));
    }

    private Duration doubled(Duration rest) {
        Duration twice = rest.multipliedBy(2);
        Duration max = around.polling().restartMax();
        return twice.compareTo(max) < 0 ? twice : max;
    }

    /// Ends the supervision, because the VM is gone.
    ///
    /// @param why one clause
    void end(String why) {
        gone = Optional.of(new Gone(Instant.now(), why));
        interrupt();
    }

    void interrupt() {
        thread.interrupt();
    }

    /// Waits until all work for the VM has ended.
    void await() throws InterruptedException {
        thread.join();
    }

    boolean isOver() {
        return !thread.isAlive();
    }
}
