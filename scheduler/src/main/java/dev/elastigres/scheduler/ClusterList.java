package dev.elastigres.scheduler;

import dev.elastigres.core.scheduler.AllocatableNode;
import dev.elastigres.core.scheduler.BookingKind;
import dev.elastigres.core.scheduler.BookingProblem;
import dev.elastigres.core.scheduler.LedgerRules;
import dev.elastigres.core.scheduler.NodeLoad;
import dev.elastigres.core.scheduler.OngoingMove;
import dev.elastigres.core.scheduler.PermitLedger;
import dev.elastigres.core.scheduler.PodBooking;
import dev.elastigres.core.scheduler.RebalancePlan;
import dev.elastigres.core.scheduler.RebalanceRules;
import dev.elastigres.core.scheduler.Rebalancer;
import dev.elastigres.core.scheduler.VmPlacement;
import dev.elastigres.core.scheduler.VmPlacement.MoveHistory;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Nodes and pods of a cluster at one time, as its objects describe them.
///
/// @param nodes all nodes
/// @param unready names of the nodes that are not ready
/// @param pods all pods that are bound to a node
/// @param problems what could not be read as it is
public record ClusterList(
        List<AllocatableNode> nodes,
        Set<String> unready,
        List<ListedPod> pods,
        List<BookingProblem> problems) {
    private static final Moment NOW = new Moment(0);
    private static final Moment LONG_AFTER = NOW.plus(Duration.ofDays(1));

    public ClusterList {
        nodes = List.copyOf(nodes);
        unready = Set.copyOf(unready);
        pods = List.copyOf(pods);
        problems = List.copyOf(problems);
    }

    /// A pod that is bound to a node.
    ///
    /// @param booking how it counts
    /// @param vm `NAMESPACE/NAME` of its VM; empty for an ordinary pod
    /// @param wanted the size that its agent requested last; the booked size if none is known
    /// @param mayMove whether its owner allows moves
    public record ListedPod(PodBooking booking, String vm, Resources wanted, boolean mayMove) {
        private boolean isPlaced() {
            BookingKind kind = booking.kind();
            return kind == BookingKind.SCALED_VM
                    || kind == BookingKind.FIXED_VM
                    || kind == BookingKind.MOVE_SOURCE;
        }

        private VmPlacement placement() {
            Resources share = booking.overcommit().booked(booking.size());
            Resources all = booking.overcommit().booked(booking.size().max(wanted));
            return new VmPlacement(
                    booking.pod(),
                    booking.node(),
                    share,
                    all.minus(share),
                    booking.size().memory(),
                    MoveHistory.NONE,
                    mayMove);
        }
    }

    /// Returns all problems: those of the list, and what the ledger cannot book.
    public List<BookingProblem> allProblems() {
        var ledger = new PermitLedger(LedgerRules.DEFAULT);
        var all = new ArrayList<>(problems);
        all.addAll(ledger.rebuild(nodes, pods.stream().map(ListedPod::booking).toList(), NOW));
        all.addAll(ledger.unknownNodes());
        return List.copyOf(all);
    }

    /// Returns the moves that the rebalancer would begin now, and the nodes that it cannot relieve.
    /// When VMs grew or moved last is not known from the objects, so it delays no move.
    public RebalancePlan plan(RebalanceRules rules) {
        return Rebalancer.plan(rules, loads(), placements(), moves(), LONG_AFTER);
    }

    /// Returns this list after the VMs of `plan` have moved.
    public ClusterList after(RebalancePlan plan) {
        Map<String, String> targets = new HashMap<>();
        plan.moves().forEach(it -> targets.put(it.vm().pod().uid(), it.to()));
        var moved = new ArrayList<ListedPod>();
        for (ListedPod pod : pods) {
            PodBooking booking = pod.booking;
            String to = targets.get(booking.pod().uid());
            moved.add(
                    to == null
                            ? pod
                            : new ListedPod(
                                    new PodBooking(
                                            booking.pod(),
                                            to,
                                            booking.size().max(pod.wanted),
                                            booking.overcommit(),
                                            booking.kind()),
                                    pod.vm,
                                    pod.wanted,
                                    pod.mayMove));
        }
        return new ClusterList(nodes, unready, moved, problems);
    }

    /// Returns the nodes with what is booked on them.
    public List<NodeLoad> loads() {
        var ledger = new PermitLedger(LedgerRules.DEFAULT);
        ledger.rebuild(nodes, pods.stream().map(ListedPod::booking).toList(), NOW);
        return nodes.stream()
                .map(
                        it ->
                                new NodeLoad(
                                        it,
                                        ledger.usage(it.name()).orElseThrow().booked(),
                                        !unready.contains(it.name())))
                .toList();
    }

    private List<VmPlacement> placements() {
        return pods.stream().filter(ListedPod::isPlaced).map(ListedPod::placement).toList();
    }

    private List<OngoingMove> moves() {
        Map<String, String> targets = new HashMap<>();
        for (ListedPod pod : pods)
            if (pod.booking.kind() == BookingKind.MOVE_TARGET)
                targets.put(pod.vm, pod.booking.node());
        var moves = new ArrayList<OngoingMove>();
        var seen = new HashSet<String>();
        for (ListedPod pod : pods)
            if (pod.booking.kind() == BookingKind.MOVE_SOURCE && seen.add(pod.vm))
                moves.add(
                        new OngoingMove(
                                pod.booking.pod().uid(),
                                pod.booking.node(),
                                targets.getOrDefault(pod.vm, ""),
                                targets.containsKey(pod.vm)));
        return moves;
    }
}
