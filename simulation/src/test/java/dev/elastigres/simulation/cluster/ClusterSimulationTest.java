package dev.elastigres.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.simulation.cluster.ClusterReport.ClusterTotals;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The short form of `elastigres simulate --cluster`.
class ClusterSimulationTest {
    private static final int SEEDS = 12;

    @Test
    void promisesHold() {
        ClusterTotals all = ClusterTotals.NONE;
        for (long seed = 1; seed <= SEEDS; seed++) {
            ClusterReport report =
                    ClusterSimulation.run(seed, ClusterSetup.faulty(Optional.empty()));
            assertThat(report.violation())
                    .as("seed " + seed + "\n" + String.join("\n", report.lastEvents()))
                    .isEmpty();
            all = all.plus(report.counts());
        }
        assertThat(all.denials()).isPositive();
        assertThat(all.moves()).isGreaterThan(all.failedMoves());
        assertThat(all.failedMoves()).isPositive();
        assertThat(all.restarts()).isPositive();
        assertThat(all.nodeFailures()).isPositive();
    }

    @ParameterizedTest
    @EnumSource
    void everyPlantedBugIsFound(ClusterBug bug) {
        long seed = 1;
        ClusterSetup setup = ClusterSetup.faulty(Optional.of(bug));
        while (seed <= SEEDS && ClusterSimulation.run(seed, setup).violation().isEmpty()) seed++;
        assertThat(seed).as(bug + " was not found").isLessThanOrEqualTo(SEEDS);
    }

    @Test
    void aSeedIsTheSameEveryTime() {
        ClusterSetup setup = ClusterSetup.faulty(Optional.empty());
        assertThat(ClusterSimulation.run(7, setup)).isEqualTo(ClusterSimulation.run(7, setup));
    }

    @Test
    void ourMovesAreFewerAndUseful() {
        ClusterTotals ours = compared(MovePolicy.OURS);
        ClusterTotals original = compared(MovePolicy.ORIGINAL);
        assertThat(ours.moves()).as("%s, %s", ours, original).isLessThan(original.moves());
        assertThat(ours.uselessMoves()).isLessThanOrEqualTo(original.uselessMoves());
    }

    private static ClusterTotals compared(MovePolicy policy) {
        return ClusterSimulation.run(1, ClusterSetup.comparison(policy)).counts();
    }
}
