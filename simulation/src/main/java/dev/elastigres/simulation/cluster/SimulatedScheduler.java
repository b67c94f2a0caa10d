package dev.elastigres.simulation.cluster;

import dev.elastigres.core.scheduler.BookingKind;
import dev.elastigres.core.scheduler.LedgerAnswer;
import dev.elastigres.core.scheduler.LedgerRequest;
import dev.elastigres.core.scheduler.LedgerRules;
import dev.elastigres.core.scheduler.PermitLedger;
import dev.elastigres.core.scheduler.PodBooking;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.cluster.ClusterObjects.NodeEntry;
import dev.elastigres.simulation.time.SeededRandom;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// The simulated scheduler: a ledger that learns of the cluster's objects late, is lost in
/// restarts, and stores each permit in the cluster before it answers.
final class SimulatedScheduler {
    private static final Duration READ_ALL = Duration.ofMillis(300);

    private final Timeline time;
    private final SeededRandom random;
    private final ClusterObjects objects;
    private final Optional<ClusterBug> bug;

    /// Whether kubelets refuse pods that do not fit. If not, the ledger alone decides what fits.
    private final boolean admission;

    private Optional<PermitLedger> ledger = Optional.empty();

    /// Number of starts. What an earlier process began is not continued.
    private long generation;

    long growths;
    long denials;
    long restarts;

    SimulatedScheduler(
            Timeline time,
            SeededRandom random,
            ClusterObjects objects,
            Optional<ClusterBug> bug,
            boolean admission) {
        this.time = time;
        this.random = random;
        this.objects = objects;
        this.bug = bug;
        this.admission = admission;
    }

    boolean has(ClusterBug planted) {
        return bug.filter(it -> it == planted).isPresent();
    }

    Moment now() {
        return new Moment(time.now().toNanos());
    }

    /// Returns the ledger; empty while the scheduler is down or reads the objects of the cluster.
    Optional<PermitLedger> ledger() {
        return ledger.filter(PermitLedger::isReady);
    }

    // ---- life

    void start() {
        long mine = ++generation;
        Duration settle =
                has(ClusterBug.UNSETTLED) ? Duration.ZERO : LedgerRules.DEFAULT.settleTime();
        ledger =
                Optional.of(
                        new PermitLedger(
                                new LedgerRules(settle, LedgerRules.DEFAULT.waitCounts())));
        time.after(
                READ_ALL,
                () -> {
                    if (mine == generation) rebuild(ledger.orElseThrow());
                });
    }

    private void rebuild(PermitLedger fresh) {
        fresh.rebuild(
                objects.nodes.values().stream()
                        .filter(it -> it.exists)
                        .map(NodeEntry::object)
                        .toList(),
                objects.pods.values().stream().map(this::booking).toList(),
                now());
    }

    /// Kills the scheduler. It starts again when writes that it has begun have ended.
    void restart() {
        if (ledger.isEmpty()) return;
        restarts++;
        ledger = Optional.empty();
        generation++;
        time.after(random.millis(1_500, 8_000), this::start);
    }

    // ---- what it learns

    private PodBooking booking(ClusterPod pod) {
        PodBooking booking = pod.booking();
        boolean counted = has(ClusterBug.HOARDING) && booking.kind() == BookingKind.FINISHED;
        return counted
                ? new PodBooking(
                        booking.pod(),
                        booking.node(),
                        booking.size(),
                        booking.overcommit(),
                        BookingKind.POD)
                : booking;
    }

    /// Reports a change of a pod's object, some time later.
    void changed(ClusterPod pod) {
        later(() -> observe(pod));
    }

    /// Takes notice of a pod's object at once.
    void observe(ClusterPod pod) {
        if (ledger.isEmpty()) return;
        if (objects.pods.containsKey(pod.uid())) ledger.get().putPod(booking(pod), now());
        else if (!has(ClusterBug.DEAF)) ledger.get().removePod(pod.uid());
    }

    /// Reports a change of a node's object, some time later.
    void changed(NodeEntry node) {
        later(
                () -> {
                    PermitLedger known = ledger.orElseThrow();
                    if (node.exists) known.putNode(node.object());
                    else known.removeNode(node.name);
                    if (!node.exists && has(ClusterBug.AMNESIC))
                        for (ClusterPod pod : objects.pods.values())
                            if (pod.node.equals(node.name)) known.removePod(pod.uid());
                });
    }

    private void later(Runnable notice) {
        long mine = generation;
        Duration lag = random.fault(0.1) ? random.millis(100, 3_000) : random.millis(1, 50);
        time.after(
                lag,
                () -> {
                    if (mine == generation && ledger().isPresent()) notice.run();
                });
    }

    // ---- permits

    /// Answers a request.
    ///
    /// @param reply receives the permit; empty for a failure
    void ask(LedgerRequest request, Consumer<Optional<Resources>> reply) {
        if (ledger().isEmpty()) {
            reply.accept(Optional.empty());
            return;
        }
        PermitLedger known = ledger().get();
        Optional<ClusterPod> pod = Optional.ofNullable(objects.pods.get("uid-" + request.pod()));
        if (has(ClusterBug.CREDULOUS) && pod.isPresent() && request.lastPermit().isPresent())
            believe(known, pod.get(), request.lastPermit().get());
        Resources permit;
        switch (known.ask(request, now())) {
            case LedgerAnswer.Granted granted -> permit = granted.permit();
            case LedgerAnswer.Denied denied -> {
                denials++;
                permit = denied.permit();
            }
            case LedgerAnswer.Rejected _ -> {
                reply.accept(Optional.empty());
                return;
            }
        }
        if (pod.isEmpty()) {
            reply.accept(Optional.empty());
            return;
        }
        answer(known, pod.get(), permit, reply);
    }

    private void answer(
            PermitLedger known,
            ClusterPod pod,
            Resources permit,
            Consumer<Optional<Resources>> reply) {
        if (pod.stored.covers(permit)) {
            reply.accept(Optional.of(permit));
            boolean less =
                    !known.booked("sim", pod.identity.name()).orElse(pod.stored).covers(pod.stored);
            if (less) store(pod, _ -> {});
            return;
        }
        growths++;
        if (has(ClusterBug.UNSTORED)) {
            reply.accept(Optional.of(permit));
            time.after(random.millis(5_000, 20_000), () -> store(pod, _ -> {}));
            return;
        }
        store(pod, done -> reply.accept(permitted(pod, permit, done)));
    }

    /// Returns the permit after a write: at most what is stored, as an earlier write may have been
    /// refused, and the growth taken back.
    private static Optional<Resources> permitted(ClusterPod pod, Resources permit, boolean done) {
        return done ? Optional.of(permit.min(pod.stored)) : Optional.empty();
    }

    private void believe(PermitLedger known, ClusterPod pod, Resources claim) {
        known.removePod(pod.uid());
        known.putPod(
                new PodBooking(pod.identity, pod.node, claim, pod.overcommit, pod.kind), now());
    }

    /// Writes the booking of a pod to its object. The writes of a pod follow each other.
    private void store(ClusterPod pod, Consumer<Boolean> done) {
        long mine = generation;
        Duration begin = pod.writtenUntil.compareTo(time.now()) > 0 ? pod.writtenUntil : time.now();
        Duration takes = random.fault(0.05) ? random.millis(300, 900) : random.millis(5, 50);
        pod.writtenUntil = begin.plus(takes);
        time.after(
                begin.minus(time.now()),
                () -> {
                    Optional<Resources> value =
                            mine == generation
                                    ? ledger().flatMap(it -> it.booked("sim", pod.identity.name()))
                                    : Optional.empty();
                    if (value.isEmpty()) done.accept(false);
                    else
                        time.after(
                                takes,
                                () -> done.accept(written(pod, value.get(), mine == generation)));
                });
    }

    private boolean written(ClusterPod pod, Resources value, boolean current) {
        if (!objects.pods.containsKey(pod.uid()) || random.fault(0.03)) return false;
        if (admission && !pod.stored.covers(value)) {
            Resources others = objects.stored(pod.node).minus(pod.storedShare());
            Resources all = objects.node(pod.node).allocatable;
            if (!all.covers(others.plus(pod.overcommit.booked(value)))) {
                if (current)
                    ledger().ifPresent(it -> it.withdraw("sim", pod.identity.name(), pod.stored));
                return false;
            }
        }
        pod.stored = value;
        changed(pod);
        return true;
    }

    // ---- room

    /// Returns whether a pod that takes `share` may be bound to `node`.
    boolean fits(NodeEntry node, Resources share) {
        if (node.cordoned || !node.available || !node.exists) return false;
        if (admission) return node.allocatable.covers(objects.stored(node.name).plus(share));
        return ledger().flatMap(it -> it.usage(node.name))
                .filter(it -> it.allocatable().covers(it.booked().plus(share)))
                .isPresent();
    }

    /// Takes notice of a pod that was bound: at once where the ledger alone decides what fits.
    void bound(ClusterPod pod) {
        if (admission) changed(pod);
        else observe(pod);
    }
}
