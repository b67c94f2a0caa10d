package dev.elastigres.simulation.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.agent.Transition;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The short form of `elastigres simulate`.
class SimulatedHostTest {
    private static final int SEEDS = 60;

    @Test
    void invariantsHoldAndAllTransitionsOccur() {
        var reached = EnumSet.noneOf(Transition.class);
        for (long seed = 1; seed <= SEEDS; seed++) {
            SeedReport report = SimulatedHost.run(seed, Optional.empty());
            assertThat(report.violation())
                    .as("seed " + seed + "\n" + String.join("\n", report.lastEvents()))
                    .isEmpty();
            reached.addAll(report.reached());
        }
        assertThat(reached).containsExactlyInAnyOrder(Transition.values());
    }

    @ParameterizedTest
    @EnumSource
    void everyPlantedBugIsFound(PlantedBug bug) {
        long seed = 1;
        while (seed <= SEEDS && SimulatedHost.run(seed, Optional.of(bug)).violation().isEmpty())
            seed++;
        assertThat(seed).as(bug + " was not found").isLessThanOrEqualTo(SEEDS);
    }

    @Test
    void aSeedIsTheSameEveryTime() {
        SeedReport again = SimulatedHost.run(7, Optional.empty());
        assertThat(SimulatedHost.run(7, Optional.empty())).isEqualTo(again);
    }
}
