package dev.elastigres.simulation.cluster;

import dev.elastigres.core.scheduler.NodeLoad;
import dev.elastigres.core.scheduler.OngoingMove;
import dev.elastigres.core.scheduler.RebalanceRules;
import dev.elastigres.core.scheduler.Rebalancer;
import dev.elastigres.core.scheduler.VmPlacement;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Chooses the VMs to move.
public interface MovePolicy {
    /// The project's own rule.
    MovePolicy OURS = new OwnPolicy();

    /// The original's rule.
    MovePolicy ORIGINAL = new OldestFirstPolicy();

    /// A VM to move.
    ///
    /// @param vm the VM
    /// @param to the node that is proposed for it; empty if any with room is
    record MoveChoice(VmPlacement vm, Optional<String> to) {}

    /// Returns the moves to begin.
    List<MoveChoice> choose(
            List<NodeLoad> nodes, List<VmPlacement> vms, List<OngoingMove> moves, Moment now);

    /// Returns how long a move waits for a node with room before it fails.
    Duration placementTimeout();

    /// Applies [Rebalancer].
    final class OwnPolicy implements MovePolicy {
        private OwnPolicy() {}

        @Override
        public List<MoveChoice> choose(
                List<NodeLoad> nodes, List<VmPlacement> vms, List<OngoingMove> moves, Moment now) {
            return Rebalancer.plan(RebalanceRules.DEFAULT, nodes, vms, moves, now).moves().stream()
                    .map(it -> new MoveChoice(it.vm(), Optional.of(it.to())))
                    .toList();
        }

        @Override
        public Duration placementTimeout() {
            return Duration.ofSeconds(60);
        }
    }
}
