package dev.elastigres.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ThresholdCrossingsTest {
    private final ThresholdCrossings crossings = new ThresholdCrossings();

    @Test
    void keepsTheFirstSampleThatReachesTheThreshold() {
        add(99, 100, 1);
        assertThat(crossings.take()).isEmpty();
        add(100, 100, 2);
        add(120, 100, 3);
        assertThat(crossings.take()).contains(new Moment(2));
    }

    @Test
    void givesEachCrossingOnce() {
        add(100, 100, 1);
        assertThat(crossings.take()).isPresent();
        add(101, 100, 2);
        assertThat(crossings.take()).isEmpty();
    }

    @Test
    void forgetsACrossingWhenMemoryFallsAgain() {
        add(100, 100, 1);
        add(99, 100, 2);
        assertThat(crossings.take()).isEmpty();
        add(100, 100, 3);
        assertThat(crossings.take()).contains(new Moment(3));
    }

    @Test
    void countsAnotherThresholdAsAnotherCrossing() {
        add(100, 100, 1);
        assertThat(crossings.take()).isPresent();
        add(150, 200, 2);
        assertThat(crossings.take()).isEmpty();
        add(150, 140, 3);
        assertThat(crossings.take()).contains(new Moment(3));
    }

    @Test
    void measuresDelayOfRequestAfterCrossing() {
        add(100, 100, 1);
        assertThat(asked(101, 100, 4)).contains(Duration.ofNanos(3));
        assertThat(asked(102, 100, 5)).isEmpty();
        add(103, 100, 6);
        assertThat(crossings.takeForeseen()).isEmpty();
    }

    @Test
    void measuresLeadOfRequestBeforeCrossing() {
        add(90, 100, 1);
        assertThat(asked(90, 100, 2)).isEmpty();
        add(99, 200, 5);
        assertThat(crossings.takeForeseen()).isEmpty();
        add(100, 200, 9);
        assertThat(crossings.takeForeseen()).contains(Duration.ofNanos(7));
        add(120, 200, 10);
        assertThat(crossings.takeForeseen()).isEmpty();
    }

    private Optional<Duration> asked(long used, long threshold, long at) {
        return crossings.asked(new Bytes(used), new Bytes(threshold), new Moment(at));
    }

    private void add(long used, long threshold, long at) {
        crossings.add(new Bytes(used), new Bytes(threshold), new Moment(at));
    }
}
