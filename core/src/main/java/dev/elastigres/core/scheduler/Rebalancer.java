package dev.elastigres.core.scheduler;

import dev.elastigres.core.scheduler.PlannedMove.MoveReason;
import dev.elastigres.core.scheduler.RebalancePlan.BlockedNode;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Decides which VMs to move to other nodes.
///
/// A node needs moves if more of it is booked than the watermark allows, if one of its VMs waits
/// for more than is left, or if it is cordoned. From an overbooked node, the smallest VM that
/// suffices alone is moved, or else the one that frees the largest part of what must be freed: for
/// one scarce resource, that is the fewest moves. Each move has a target that stays below the
/// watermark. A node takes part in one move at a time, so that moves do not compete for its
/// network.
public final class Rebalancer {
    private final RebalanceRules rules;
    private final Map<String, NodeBalance> nodes = new HashMap<>();

    /// Possible targets, those with the smallest booked fraction first.
    private final List<NodeBalance> targets = new ArrayList<>();

    private final Map<String, List<VmPlacement>> vms = new HashMap<>();
    private final Set<String> moving = new HashSet<>();
    private final Moment now;

    /// A node during the planning.
    private final class NodeBalance {
        final NodeLoad load;
        Resources booked;
        boolean busy;

        NodeBalance(NodeLoad load) {
            this.load = load;
            booked = load.booked();
        }

        String name() {
            return load.node().name();
        }

        Resources allowed() {
            Resources all = load.node().allocatable();
            return new Resources(
                            all.vcpus() * rules.watermark(), all.memory().times(rules.watermark()))
                    .inThousandths();
        }

        boolean hasRoomFor(Resources size) {
            return allowed().covers(booked.plus(size));
        }

        double fraction(Resources part) {
            Resources all = load.node().allocatable();
            return Math.max(ratio(part.vcpus(), all.vcpus()), ratio(part.memory(), all.memory()));
        }
    }

    /// Why a node needs a move, and how much must be freed.
    private record MoveNeed(MoveReason reason, Resources excess, String text) {}

    private Rebalancer(
            RebalanceRules rules,
            Collection<NodeLoad> loads,
            Collection<VmPlacement> placements,
            Collection<OngoingMove> moves,
            Moment now) {
        this.rules = rules;
        this.now = now;
        for (NodeLoad load : loads) nodes.put(load.node().name(), new NodeBalance(load));
        for (VmPlacement vm : placements)
            vms.computeIfAbsent(vm.node(), _ -> new ArrayList<>()).add(vm);
        var byUid = new HashMap<String, VmPlacement>();
        for (VmPlacement vm : placements) byUid.put(vm.pod().uid(), vm);
        for (OngoingMove move : moves) begin(move, Optional.ofNullable(byUid.get(move.uid())));
        for (NodeBalance node : nodes.values())
            if (node.load.available() && node.load.node().schedulable()) targets.add(node);
        targets.sort(
                Comparator.comparingDouble((NodeBalance it) -> it.fraction(it.booked))
                        .thenComparing(NodeBalance::name));
    }

    /// Returns the moves to start now.
    ///
    /// @param loads all nodes
    /// @param placements all VMs, those that are moving included
    /// @param moves the moves under way
    public static RebalancePlan plan(
            RebalanceRules rules,
            Collection<NodeLoad> loads,
            Collection<VmPlacement> placements,
            Collection<OngoingMove> moves,
            Moment now) {
        return new Rebalancer(rules, loads, placements, moves, now).plan();
    }

    private void begin(OngoingMove move, Optional<VmPlacement> vm) {
        moving.add(move.uid());
        NodeBalance from = nodes.get(move.from());
        NodeBalance to = nodes.get(move.to());
        if (from != null) {
            from.busy = true;
            vm.ifPresent(it -> from.booked = from.booked.minus(it.booked()));
        }
        if (to != null) {
            to.busy = true;
            if (!move.bound()) vm.ifPresent(it -> to.booked = to.booked.plus(it.wanted()));
        }
    }

    private RebalancePlan plan() {
        record MoveSource(NodeBalance node, MoveNeed need) {}
        var sources = new ArrayList<MoveSource>();
        for (NodeBalance node : nodes.values())
            need(node).ifPresent(it -> sources.add(new MoveSource(node, it)));
        sources.sort(
                Comparator.comparing((MoveSource it) -> it.need.reason)
                        .thenComparing(it -> -it.node.fraction(it.need.excess))
                        .thenComparing(it -> it.node.name()));
        var started = new ArrayList<PlannedMove>();
        var blocked = new ArrayList<BlockedNode>();
        int free = rules.maxMoves() - moving.size();
        for (MoveSource source : sources) {
            NodeBalance node = source.node;
            var reasons = new ArrayList<String>();
            Optional<PlannedMove> move = Optional.empty();
            if (node.busy) reasons.add("the node takes part in another move");
            else if (started.size() >= free)
                reasons.add("%d moves are under way in the cluster".formatted(rules.maxMoves()));
            else move = move(node, source.need, reasons);
            if (move.isPresent()) started.add(begin(node, move.get()));
            else blocked.add(new BlockedNode(node.name(), source.need.text, reasons));
        }
        return new RebalancePlan(started, blocked);
    }

    private PlannedMove begin(NodeBalance from, PlannedMove move) {
        begin(
                new OngoingMove(move.vm().pod().uid(), from.name(), move.to(), false),
                Optional.of(move.vm()));
        return move;
    }

    // ---- what needs a move

    private Optional<MoveNeed> need(NodeBalance node) {
        if (!node.load.available()) return Optional.empty();
        List<VmPlacement> here = vms.getOrDefault(node.name(), List.of());
        if (!node.load.node().schedulable()) return drain(node, here);
        Resources above = node.booked.minus(node.allowed());
        if (!above.equals(Resources.ZERO))
            return Optional.of(
                    new MoveNeed(
                            MoveReason.ABOVE_WATERMARK,
                            above,
                            "%s booked of %s, above the watermark of %s by %s"
                                    .formatted(
                                            node.booked.text(),
                                            node.load.node().allocatable().text(),
                                            percent(rules.watermark()),
                                            above.textOfParts())));
        return unmet(node, here);
    }

    private Optional<MoveNeed> drain(NodeBalance node, List<VmPlacement> here) {
        long left = here.stream().filter(it -> !moving.contains(it.pod().uid())).count();
        if (left == 0) return Optional.empty();
        String text = "cordoned, with " + left + (left == 1 ? " VM" : " VMs");
        return Optional.of(new MoveNeed(MoveReason.DRAIN, node.booked, text));
    }

    private Optional<MoveNeed> unmet(NodeBalance node, List<VmPlacement> here) {
        Resources all = node.load.node().allocatable();
        Resources wanted = Resources.ZERO;
        for (VmPlacement vm : here)
            if (!moving.contains(vm.pod().uid())) wanted = wanted.plus(vm.unmet());
        Resources lacks = node.booked.plus(wanted).minus(all).min(wanted);
        if (lacks.equals(Resources.ZERO)) return Optional.empty();
        return Optional.of(
                new MoveNeed(
                        MoveReason.UNMET_REQUEST,
                        lacks,
                        "its VMs wait for %s, and %s of %s is booked"
                                .formatted(wanted.textOfParts(), node.booked.text(), all.text())));
    }

    // ---- which VM moves

    private Optional<PlannedMove> move(NodeBalance from, MoveNeed need, List<String> reasons) {
        Optional<VmPlacement> best = Optional.empty();
        Comparator<VmPlacement> order = order(need);
        for (VmPlacement vm : vms.getOrDefault(from.name(), List.of())) {
            Optional<String> obstacle = obstacle(vm, from, need);
            if (obstacle.isPresent()) reasons.add(vm.pod().text() + " " + obstacle.get());
            else if (best.isEmpty() || order.compare(vm, best.get()) < 0) best = Optional.of(vm);
        }
        if (best.isEmpty()) {
            reasons.sort(null);
            if (reasons.isEmpty()) reasons.add("no VM takes any of it");
            return Optional.empty();
        }
        NodeBalance to = target(best.get(), from).orElseThrow();
        return Optional.of(
                new PlannedMove(
                        best.get(),
                        to.name(),
                        need.reason,
                        "%s; %s takes %s of it, and %s has room"
                                .formatted(
                                        need.text,
                                        best.get().pod().text(),
                                        best.get().booked().text(),
                                        to.name())));
    }

    /// Orders VMs by how well their move meets `need`, the best first.
    private static Comparator<VmPlacement> order(MoveNeed need) {
        Comparator<VmPlacement> last =
                Comparator.comparing(VmPlacement::memory)
                        .thenComparing(it -> it.pod().text())
                        .thenComparing(it -> it.pod().uid());
        if (need.reason == MoveReason.DRAIN)
            // The largest first: while there is room, it is the hardest to place.
            return Comparator.comparing(VmPlacement::memory).reversed().thenComparing(last);
        return Comparator.comparing(VmPlacement::isWaiting)
                .thenComparing(it -> -freed(it, need.excess))
                .thenComparing(last);
    }

    /// Returns the part of the excess that a move of `vm` frees, from 0 to 1.
    private static double freed(VmPlacement vm, Resources excess) {
        double sum = 0;
        int scarce = 0;
        if (excess.vcpus() > 0) {
            sum += Math.min(1, vm.booked().vcpus() / excess.vcpus());
            scarce++;
        }
        if (!excess.memory().equals(Bytes.ZERO)) {
            sum += Math.min(1, ratio(vm.booked().memory(), excess.memory()));
            scarce++;
        }
        return scarce == 0 ? 0 : sum / scarce;
    }

    private Optional<String> obstacle(VmPlacement vm, NodeBalance from, MoveNeed need) {
        VmPlacement.MoveHistory past = vm.history();
        boolean drains = need.reason == MoveReason.DRAIN;
        if (moving.contains(vm.pod().uid())) return Optional.of("is moving already");
        if (!vm.mayMove()) return Optional.of("may not be moved");
        if (isWithin(past.grownAt(), rules.quietTime()))
            return Optional.of("grew less than " + seconds(rules.quietTime()) + " ago");
        if (!drains && isWithin(past.movedAt(), rules.movePause()))
            return Optional.of("was moved less than " + seconds(rules.movePause()) + " ago");
        int failures = past.failures();
        if (failures > 0 && isWithin(past.failedAt(), rules.backoff(failures)))
            return Optional.of(
                    "is not moved for %s after %d failed %s"
                            .formatted(
                                    seconds(rules.backoff(failures)),
                                    failures,
                                    failures == 1 ? "move" : "moves"));
        if (!drains && freed(vm, need.excess) == 0)
            return Optional.of("takes none of the scarce resource");
        if (target(vm, from).isEmpty())
            return Optional.of(
                    "needs %s, and no other node has that below the watermark"
                            .formatted(vm.wanted().text()));
        return Optional.empty();
    }

    private Optional<NodeBalance> target(VmPlacement vm, NodeBalance from) {
        for (NodeBalance node : targets)
            if (node != from && !node.busy && node.hasRoomFor(vm.wanted()))
                return Optional.of(node);
        return Optional.empty();
    }

    private boolean isWithin(Optional<Moment> event, Duration time) {
        return event.isPresent() && now.since(event.get()).compareTo(time) < 0;
    }

    private static double ratio(Bytes part, Bytes all) {
        return ratio((double) part.value(), (double) all.value());
    }

    private static double ratio(double part, double all) {
        if (part <= 0) return 0;
        return all <= 0 ? Double.MAX_VALUE : part / all;
    }

    private static String seconds(Duration time) {
        return time.toSeconds() + " s";
    }

    private static String percent(double fraction) {
        return String.format(Locale.ROOT, "%.0f %%", fraction * 100);
    }
}
