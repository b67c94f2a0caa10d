package dev.elastigres.simulation.cluster;

import java.time.Duration;
import java.util.Optional;

/// What is simulated.
///
/// @param nodes number of nodes; chosen by the seed if empty
/// @param vmsPerNode average number of VMs on a node
/// @param faulty time with changing goals, and with faults if `faults`
/// @param calm time after that, in which every VM must reach its goal
/// @param faults whether messages are lost and delayed, the scheduler restarts and nodes fail
/// @param policy chooses the moves
/// @param bug a deliberate bug of the scheduler
public record ClusterSetup(
        Optional<Integer> nodes,
        int vmsPerNode,
        Duration faulty,
        Duration calm,
        boolean faults,
        MovePolicy policy,
        Optional<ClusterBug> bug) {

    /// Returns the setup of `elastigres simulate --cluster`.
    public static ClusterSetup faulty(Optional<ClusterBug> bug) {
        return new ClusterSetup(
                Optional.empty(),
                5,
                Duration.ofMinutes(6),
                Duration.ofMinutes(25),
                true,
                MovePolicy.OURS,
                bug);
    }

    /// Returns the setup of a comparison of policies: 20 nodes for two hours without faults.
    public static ClusterSetup comparison(MovePolicy policy) {
        return new ClusterSetup(
                Optional.of(20),
                8,
                Duration.ofHours(2),
                Duration.ZERO,
                false,
                policy,
                Optional.empty());
    }
}
