package dev.elastigres.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScaleBenchPlanTest {
    private final ScaleBenchPlan large = ScaleBenchPlan.of(200, 10_000, 1_000, 100, 5, 60);

    @Test
    void everyNodeHasAsManyPods() {
        for (int node : new int[] {0, 1, 199})
            assertThat(IntStream.range(0, 10_000).filter(pod -> large.nodeOf(pod) == node))
                    .hasSize(50);
    }

    @Test
    void thePodsOfAnObjectAreOnNodesOfTheirOwn() {
        assertThat(large.podsOf(7))
                .hasSize(10)
                .allSatisfy(pod -> assertThat(large.objectOf(pod)).isEqualTo(7))
                .extracting(large::nodeOf)
                .doesNotHaveDuplicates();
    }

    @Test
    void computesGapBetweenMoves() {
        assertThat(large.gap()).isEqualTo(Duration.ofMillis(120));
    }

    @Test
    void anObjectHasRoomForItsPods() {
        assertThatThrownBy(() -> ScaleBenchPlan.of(1, 1_000, 9, 1, 5, 60))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an object has 1 to 100 pods, so 1000 pods need 10 to 1000 objects");
    }
}
