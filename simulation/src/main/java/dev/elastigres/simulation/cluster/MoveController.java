package dev.elastigres.simulation.cluster;

import dev.elastigres.core.scheduler.AllocatableNode;
import dev.elastigres.core.scheduler.BookingKind;
import dev.elastigres.core.scheduler.NodeLoad;
import dev.elastigres.core.scheduler.NodeUsage;
import dev.elastigres.core.scheduler.OngoingMove;
import dev.elastigres.core.scheduler.PermitLedger;
import dev.elastigres.core.scheduler.RebalanceRules;
import dev.elastigres.core.scheduler.VmPlacement;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.cluster.ClusterObjects.ClusterMove;
import dev.elastigres.simulation.cluster.ClusterObjects.NodeEntry;
import dev.elastigres.simulation.cluster.MovePolicy.MoveChoice;
import dev.elastigres.simulation.time.SeededRandom;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Begins the moves that a policy chooses, places their targets and ends them.
final class MoveController {
    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration MOVED_AGAIN = Duration.ofMinutes(10);

    private final Timeline time;
    private final SeededRandom random;
    private final ClusterObjects objects;
    private final SimulatedScheduler scheduler;
    private final MovePolicy policy;

    long moves;
    long failed;
    long useless;

    MoveController(
            Timeline time,
            SeededRandom random,
            ClusterObjects objects,
            SimulatedScheduler scheduler,
            MovePolicy policy) {
        this.time = time;
        this.random = random;
        this.objects = objects;
        this.scheduler = scheduler;
        this.policy = policy;
    }

    void run() {
        time.after(INTERVAL, this::run);
        scheduler.ledger().ifPresent(this::plan);
    }

    private void plan(PermitLedger ledger) {
        var loads = new ArrayList<NodeLoad>();
        for (NodeEntry node : objects.nodes.values()) {
            Optional<NodeUsage> usage = ledger.usage(node.name).filter(_ -> node.exists);
            boolean hidden = scheduler.has(ClusterBug.UNDRAINED);
            if (usage.isPresent())
                loads.add(
                        new NodeLoad(
                                hidden && node.cordoned
                                        ? new AllocatableNode(node.name, node.allocatable, true)
                                        : node.object(),
                                usage.get().booked(),
                                node.available));
        }
        var vms = new ArrayList<VmPlacement>();
        for (ClusterPod pod : objects.pods.values()) placement(ledger, pod).ifPresent(vms::add);
        var ongoing = new ArrayList<OngoingMove>();
        if (!scheduler.has(ClusterBug.DOUBLING))
            for (ClusterMove move : objects.moves.values()) ongoing.add(ongoing(move));
        for (MoveChoice choice : policy.choose(loads, vms, ongoing, scheduler.now())) begin(choice);
    }

    private static OngoingMove ongoing(ClusterMove move) {
        String to = move.target.map(it -> it.node).or(() -> move.proposed).orElse("");
        return new OngoingMove(move.source.uid(), move.source.node, to, move.target.isPresent());
    }

    private Optional<VmPlacement> placement(PermitLedger ledger, ClusterPod pod) {
        String name = pod.identity.name();
        Optional<ClusterVm> vm = pod.vm.filter(it -> it.runsIn(pod));
        Optional<Resources> size = ledger.booked("sim", name);
        if (vm.isEmpty() || size.isEmpty()) return Optional.empty();
        Moment now = scheduler.now();
        return Optional.of(
                new VmPlacement(
                        pod.identity,
                        pod.node,
                        pod.overcommit.booked(size.get()),
                        ledger.unmet("sim", name, now),
                        size.get().memory(),
                        vm.get().history.grown(ledger.grownAt("sim", name).orElse(now)),
                        vm.get().mayMove));
    }

    private void begin(MoveChoice choice) {
        ClusterPod source = objects.pods.get(choice.vm().pod().uid());
        if (source == null || source.vm.isEmpty() || !source.vm.get().runsIn(source)) return;
        moves++;
        ClusterVm vm = source.vm.get();
        boolean again =
                vm.movedAt
                        .filter(it -> time.now().minus(it).compareTo(MOVED_AGAIN) < 0)
                        .isPresent();
        if (again) useless++;
        source.kind = BookingKind.MOVE_SOURCE;
        scheduler.observe(source);
        var move = new ClusterMove(source, choice.to(), time.now());
        objects.moves.put(source.uid(), move);
        place(move);
    }

    private void place(ClusterMove move) {
        if (objects.moves.get(move.source.uid()) != move || move.target.isPresent()) return;
        ClusterVm vm = move.source.vm.orElseThrow();
        Resources size =
                scheduler
                        .ledger()
                        .flatMap(it -> it.booked("sim", move.source.identity.name()))
                        .orElse(move.source.stored);
        Resources share = move.source.overcommit.booked(size);
        Optional<NodeEntry> node =
                scheduler.ledger().isPresent() ? choose(move, share) : Optional.empty();
        if (node.isPresent()) {
            var target =
                    new ClusterPod(
                            vm.name + "-" + ++vm.podsCreated,
                            node.get().name,
                            Optional.of(vm),
                            vm.overcommit,
                            BookingKind.MOVE_TARGET,
                            size);
            objects.pods.put(target.uid(), target);
            scheduler.observe(target);
            move.target = Optional.of(target);
            time.after(random.millis(5_000, 40_000), () -> end(move, !random.fault(0.2)));
        } else if (time.now().minus(move.begunAt).compareTo(policy.placementTimeout()) >= 0) {
            useless++;
            end(move, false);
        } else time.after(INTERVAL, () -> place(move));
    }

    private Optional<NodeEntry> choose(ClusterMove move, Resources share) {
        List<NodeEntry> all =
                objects.nodes.values().stream()
                        .filter(it -> !it.name.equals(move.source.node))
                        .filter(it -> scheduler.fits(it, share))
                        .toList();
        Optional<NodeEntry> proposed =
                all.stream()
                        .filter(it -> move.proposed.filter(it.name::equals).isPresent())
                        .findAny();
        return proposed.isPresent()
                ? proposed
                : all.stream().max(Comparator.comparingDouble(it -> score(it, share)));
    }

    /// Returns the original's score of a node: the highest at 80 % of its resources.
    private double score(NodeEntry node, Resources share) {
        double fraction = fraction(node, objects.stored(node.name).plus(share));
        return fraction <= 0.8 ? 0.5 + 0.625 * fraction : 5 * (1 - fraction);
    }

    private static double fraction(NodeEntry node, Resources part) {
        return Math.max(
                part.vcpus() / node.allocatable.vcpus(),
                (double) part.memory().value() / node.allocatable.memory().value());
    }

    static boolean isAboveWatermark(NodeEntry node, Resources booked) {
        return fraction(node, booked) > RebalanceRules.DEFAULT.watermark() + 1e-9;
    }

    /// Ends a move.
    void end(ClusterMove move, boolean succeeds) {
        if (objects.moves.get(move.source.uid()) != move) return;
        objects.moves.remove(move.source.uid());
        ClusterVm vm = move.source.vm.orElseThrow();
        Moment now = scheduler.now();
        if (!succeeds || move.target.isEmpty()) {
            failed++;
            vm.history = vm.history.failed(now);
            move.target.ifPresent(this::remove);
            if (move.source.kind == BookingKind.MOVE_SOURCE)
                move.source.kind = BookingKind.SCALED_VM;
            scheduler.changed(move.source);
            return;
        }
        ClusterPod target = move.target.get();
        vm.history = vm.history.moved(now);
        vm.movedAt = Optional.of(time.now());
        vm.run(target);
        target.kind = BookingKind.SCALED_VM;
        scheduler.changed(target);
        remove(move.source);
        NodeEntry node = objects.node(target.node);
        if (isAboveWatermark(node, objects.stored(node.name))) useless++;
    }

    private void remove(ClusterPod pod) {
        objects.pods.remove(pod.uid());
        scheduler.changed(pod);
    }
}
