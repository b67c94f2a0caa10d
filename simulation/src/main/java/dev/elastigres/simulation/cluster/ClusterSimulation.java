package dev.elastigres.simulation.cluster;

import static dev.elastigres.simulation.time.ViolationException.check;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scheduler.BookingKind;
import dev.elastigres.core.scheduler.OvercommitFactors;
import dev.elastigres.core.scheduler.PermitLedger;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.cluster.ClusterObjects.ClusterMove;
import dev.elastigres.simulation.cluster.ClusterObjects.NodeEntry;
import dev.elastigres.simulation.cluster.ClusterReport.ClusterTotals;
import dev.elastigres.simulation.time.SeededRandom;
import dev.elastigres.simulation.time.Timeline;
import dev.elastigres.simulation.time.ViolationException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Simulates one cluster: nodes, VMs with their agents, and the scheduler.
///
/// First goals change and faults occur. Then both stop, with goals that the cluster has room for,
/// and at the end every VM must have the size of its goal and every cordoned node must be empty.
public final class ClusterSimulation {
    private static final int JOURNAL = 40;
    private static final Duration SAMPLE = Duration.ofSeconds(5);
    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;

    /// Fraction of the cluster that the final goals take at most.
    private static final double FINAL_FRACTION = 0.6;

    private final Timeline time = new Timeline();
    private final SeededRandom random;
    private final ClusterSetup setup;
    private final long seed;
    private final ClusterObjects objects = new ClusterObjects();
    private final SimulatedScheduler scheduler;
    private final MoveController controller;
    private final ArrayDeque<String> journal = new ArrayDeque<>();

    private boolean calm;
    private long events;
    private long secondsAbove;
    private long secondsShort;
    private long nodeFailures;

    private ClusterSimulation(long seed, ClusterSetup setup) {
        this.seed = seed;
        this.setup = setup;
        random = new SeededRandom(seed);
        boolean admission = random.with(0.5);
        scheduler = new SimulatedScheduler(time, random, objects, setup.bug(), admission);
        controller = new MoveController(time, random, objects, scheduler, setup.policy());
        if (!setup.faults()) random.heal();
        createNodes();
        scheduler.start();
        createVms();
        controller.run();
        sample();
        if (setup.faults()) time.after(random.millis(0, 10_000), this::injectFault);
    }

    /// Runs the simulation of one seed.
    public static ClusterReport run(long seed, ClusterSetup setup) {
        return new ClusterSimulation(seed, setup).live();
    }

    private ClusterReport live() {
        Optional<String> violation = Optional.empty();
        Duration end = setup.faulty().plus(setup.calm());
        try {
            while (time.step(setup.faulty())) verify();
            if (!setup.calm().isZero()) {
                heal();
                while (time.step(end)) verify();
                checkArrived();
            }
        } catch (ViolationException e) {
            violation =
                    Optional.of(
                            "after " + time.now().toMillis() / 1000.0 + " s: " + e.getMessage());
        }
        var counts =
                new ClusterTotals(
                        scheduler.growths,
                        scheduler.denials,
                        controller.moves,
                        controller.failed,
                        controller.useless,
                        secondsAbove,
                        secondsShort,
                        scheduler.restarts,
                        nodeFailures);
        return new ClusterReport(seed, events, counts, violation, List.copyOf(journal));
    }

    private void log(String what) {
        if (journal.size() == JOURNAL) journal.removeFirst();
        journal.addLast("%9.3f s %s".formatted(time.now().toMillis() / 1000.0, what));
    }

    // ---- the cluster

    private void createNodes() {
        int count = setup.nodes().orElseGet(() -> random.from(3, 7));
        for (int i = 0; i < count; i++) {
            int cpus = random.with(0.5) ? 8 : 12;
            var node = new NodeEntry("node" + i, new Resources(cpus, Bytes.ofGibibytes(cpus * 4L)));
            objects.nodes.put(node.name, node);
            if (!random.with(0.7)) continue;
            var pod =
                    new ClusterPod(
                            "job" + i,
                            node.name,
                            Optional.empty(),
                            OvercommitFactors.NONE,
                            BookingKind.POD,
                            new Resources(random.from(1, 4) / 2.0, Bytes.ofGibibytes(2)));
            objects.pods.put(pod.uid(), pod);
            if (setup.faults() && random.with(0.7))
                time.after(
                        random.millis(10_000, 200_000),
                        () -> {
                            pod.kind = BookingKind.FINISHED;
                            scheduler.changed(pod);
                        });
        }
    }

    private void createVms() {
        int count = objects.nodes.size() * setup.vmsPerNode();
        for (int i = 0; i < count; i++) {
            var factors = random.with(0.3) ? new OvercommitFactors(2, 1) : OvercommitFactors.NONE;
            var vm =
                    new ClusterVm(
                            "vm" + i,
                            UNIT.times(random.from(2, 8)),
                            factors,
                            random.with(0.9),
                            time,
                            random,
                            scheduler);
            objects.vms.add(vm);
            time.after(random.millis(1_000, 5_000), () -> place(vm));
            changeGoal(vm);
        }
    }

    /// Creates a pod for a VM that runs nowhere.
    private void place(ClusterVm vm) {
        if (vm.pod().isPresent()) return;
        Resources share = vm.overcommit.booked(vm.size);
        List<NodeEntry> fitting =
                objects.nodes.values().stream().filter(it -> scheduler.fits(it, share)).toList();
        if (fitting.isEmpty()) {
            time.after(SAMPLE, () -> place(vm));
            return;
        }
        NodeEntry node = fitting.get(random.from(0, fitting.size() - 1));
        var pod =
                new ClusterPod(
                        vm.name + "-" + ++vm.podsCreated,
                        node.name,
                        Optional.of(vm),
                        vm.overcommit,
                        BookingKind.SCALED_VM,
                        vm.size);
        objects.pods.put(pod.uid(), pod);
        scheduler.bound(pod);
        vm.run(pod);
        log(vm.name + " starts on " + node.name);
    }

    private void changeGoal(ClusterVm vm) {
        if (calm) return;
        vm.changeGoal(random.with(0.4) ? 1 : 0.5);
        vm.nudge();
        Duration next =
                setup.faults() ? random.millis(5_000, 90_000) : random.millis(60_000, 600_000);
        time.after(next, () -> changeGoal(vm));
    }

    // ---- invariants

    private void verify() {
        events++;
        // Without faults only the order of events differs: samples suffice.
        if (setup.faults()) verifyAll();
    }

    private void verifyAll() {
        Map<String, Resources> taken = new HashMap<>();
        Optional<PermitLedger> ledger = scheduler.ledger();
        Set<ClusterVm> moving = new HashSet<>();
        for (ClusterPod pod : objects.pods.values()) {
            if (pod.kind == BookingKind.MOVE_TARGET) {
                ClusterVm vm = pod.vm.orElseThrow();
                check(
                        moving.add(vm) || vm.pod().isEmpty(),
                        () -> vm.name + " is moved to two nodes at once");
            }
            taken.merge(pod.node, pod.trueShare(), Resources::plus);
            Optional<ClusterVm> vm = pod.vm.filter(it -> it.runsIn(pod));
            if (vm.isPresent() && ledger.isPresent())
                ledger.get()
                        .booked("sim", pod.identity.name())
                        .ifPresent(it -> checkBooked(vm.get(), it));
        }
        for (NodeEntry node : objects.nodes.values()) {
            Resources sum = taken.getOrDefault(node.name, Resources.ZERO);
            check(
                    !node.available || node.allocatable.covers(sum),
                    () ->
                            "the pods of %s may take %s of its %s"
                                    .formatted(node.name, sum.text(), node.allocatable.text()));
        }
    }

    private static void checkBooked(ClusterVm vm, Resources booked) {
        check(
                booked.covers(vm.atMost()),
                () ->
                        "%s may have %s, and %s is booked"
                                .formatted(vm.name, vm.atMost().text(), booked.text()));
    }

    private void checkArrived() {
        scheduler.ledger().ifPresent(this::checkBooked);
        for (ClusterVm vm : objects.vms) {
            check(vm.pod().isPresent(), () -> vm.name + " does not run");
            ClusterPod pod = vm.pod().orElseThrow();
            check(
                    vm.size.equals(vm.goal) || (!vm.mayMove && mayNotGrow(vm, pod)),
                    () ->
                            "%s on %s has %s, and its goal is %s"
                                    .formatted(vm.name, pod.node, vm.size.text(), vm.goal.text()));
            check(
                    !objects.node(pod.node).cordoned || !vm.mayMove,
                    () -> vm.name + " is still on the cordoned " + pod.node);
        }
    }

    /// Checks that nothing is booked that no pod takes.
    private void checkBooked(PermitLedger ledger) {
        for (NodeEntry node : objects.nodes.values()) {
            Resources booked = ledger.usage(node.name).orElseThrow().booked();
            Resources stored = objects.stored(node.name);
            check(
                    booked.equals(stored),
                    () ->
                            "%s has %s booked, and its pods take %s"
                                    .formatted(node.name, booked.text(), stored.text()));
        }
    }

    private boolean mayNotGrow(ClusterVm vm, ClusterPod pod) {
        Resources free = objects.node(pod.node).allocatable.minus(objects.taken(pod.node));
        return (vm.size.vcpus() >= vm.goal.vcpus() || free.vcpus() < UNIT.vcpus())
                && (!vm.size.memory().isLessThan(vm.goal.memory())
                        || free.memory().isLessThan(UNIT.memory()));
    }

    /// Adds up the times above the watermark and below the goals.
    private void sample() {
        time.after(SAMPLE, this::sample);
        verifyAll();
        for (NodeEntry node : objects.nodes.values())
            if (MoveController.isAboveWatermark(node, objects.stored(node.name)))
                secondsAbove += SAMPLE.toSeconds();
        for (ClusterVm vm : objects.vms)
            if (!vm.size.covers(vm.goal)) secondsShort += SAMPLE.toSeconds();
    }

    // ---- faults

    private NodeEntry anyNode() {
        List<NodeEntry> all = List.copyOf(objects.nodes.values());
        return all.get(random.from(0, all.size() - 1));
    }

    private void injectFault() {
        if (calm) return;
        time.after(random.millis(2_000, 30_000), this::injectFault);
        NodeEntry node = anyNode();
        switch (random.from(0, 6)) {
            case 0, 1 -> {
                log("the scheduler restarts");
                scheduler.restart();
            }
            case 2 -> fail(node);
            case 3 -> flap(node);
            case 4 -> {
                node.cordoned = !node.cordoned;
                log(node.name + (node.cordoned ? " is cordoned" : " is uncordoned"));
                scheduler.changed(node);
            }
            default -> objects.vms.get(random.from(0, objects.vms.size() - 1)).restartAgent();
        }
    }

    /// Ends a node with its VMs. Some time later their pods are deleted, and they start elsewhere.
    private void fail(NodeEntry node) {
        if (!node.available || !node.exists) return;
        nodeFailures++;
        log(node.name + " fails");
        node.available = false;
        var gone = new ArrayList<ClusterPod>();
        for (ClusterPod pod : objects.pods.values())
            if (pod.node.equals(node.name) && pod.vm.isPresent()) gone.add(pod);
        var dead = new ArrayList<ClusterVm>();
        for (ClusterPod pod : gone)
            if (pod.vm.orElseThrow().runsIn(pod)) dead.add(pod.vm.orElseThrow());
        for (ClusterMove move : List.copyOf(objects.moves.values()))
            if (move.source.node.equals(node.name)
                    || move.target.filter(it -> it.node.equals(node.name)).isPresent())
                controller.end(move, false);
        dead.forEach(ClusterVm::die);
        time.after(
                random.millis(5_000, 30_000),
                () -> {
                    for (ClusterPod pod : gone)
                        if (objects.pods.remove(pod.uid()) != null) scheduler.changed(pod);
                    dead.forEach(this::place);
                });
        time.after(random.millis(35_000, 90_000), () -> node.available = true);
    }

    /// Deletes the object of a node and creates it again. Its pods go on.
    private void flap(NodeEntry node) {
        if (!node.available || !node.exists) return;
        log(node.name + " is deleted for a moment");
        node.exists = false;
        scheduler.changed(node);
        time.after(
                random.millis(500, 20_000),
                () -> {
                    node.exists = true;
                    scheduler.changed(node);
                });
    }

    private void heal() {
        calm = true;
        random.heal();
        log("the faults stop");
        List<NodeEntry> all = List.copyOf(objects.nodes.values());
        for (NodeEntry node : all) {
            node.cordoned = all.size() > 3 && node == all.getFirst();
            scheduler.changed(node);
        }
        Resources room = Resources.ZERO;
        for (NodeEntry node : all) if (!node.cordoned) room = room.plus(node.allocatable);
        double fraction = 1;
        do {
            for (ClusterVm vm : objects.vms) vm.changeGoal(fraction);
            fraction *= 0.9;
        } while (!fits(room));
        objects.vms.forEach(ClusterVm::nudge);
    }

    private boolean fits(Resources room) {
        Resources sum = Resources.ZERO;
        for (ClusterVm vm : objects.vms) sum = sum.plus(vm.overcommit.booked(vm.goal));
        for (ClusterPod pod : objects.pods.values())
            if (pod.vm.isEmpty()) sum = sum.plus(pod.storedShare());
        var allowed =
                new Resources(room.vcpus() * FINAL_FRACTION, room.memory().times(FINAL_FRACTION));
        return allowed.covers(sum);
    }
}
