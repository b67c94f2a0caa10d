package dev.elastigres.simulation.cluster;

import dev.elastigres.core.scheduler.NodeLoad;
import dev.elastigres.core.scheduler.OngoingMove;
import dev.elastigres.core.scheduler.RebalanceRules;
import dev.elastigres.core.scheduler.VmPlacement;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The rule of the original: from each node above the watermark, the oldest VMs are moved until the
/// node is at or below it, all at once, whether or not they free the scarce resource and whether or
/// not another node has room. A VM above the watermark by itself is skipped. A move that finds no
/// node waits for up to an hour.
final class OldestFirstPolicy implements MovePolicy {
    OldestFirstPolicy() {}

    @Override
    public List<MoveChoice> choose(
            List<NodeLoad> nodes, List<VmPlacement> vms, List<OngoingMove> moves, Moment now) {
        var moving = new HashSet<String>();
        for (OngoingMove move : moves) moving.add(move.uid());
        Map<String, List<VmPlacement>> here = new HashMap<>();
        for (VmPlacement vm : vms) here.computeIfAbsent(vm.node(), _ -> new ArrayList<>()).add(vm);
        var chosen = new ArrayList<MoveChoice>();
        for (NodeLoad node : nodes)
            choose(node, here.getOrDefault(node.node().name(), List.of()), moving, chosen);
        return chosen;
    }

    /// @param vms the VMs of the node, the oldest first
    private static void choose(
            NodeLoad node, List<VmPlacement> vms, Set<String> moving, List<MoveChoice> chosen) {
        Resources all = node.node().allocatable();
        double fraction = RebalanceRules.DEFAULT.watermark();
        var watermark =
                new Resources(all.vcpus() * fraction, all.memory().times(fraction)).inThousandths();
        Resources booked = node.booked();
        for (VmPlacement vm : vms)
            if (moving.contains(vm.pod().uid())) booked = booked.minus(vm.booked());
        for (VmPlacement vm : vms) {
            if (watermark.covers(booked)) return;
            boolean skipped =
                    moving.contains(vm.pod().uid())
                            || !vm.mayMove()
                            || !watermark.covers(vm.booked());
            if (skipped) continue;
            booked = booked.minus(vm.booked());
            chosen.add(new MoveChoice(vm, Optional.empty()));
        }
    }

    @Override
    public Duration placementTimeout() {
        return Duration.ofHours(1);
    }
}
