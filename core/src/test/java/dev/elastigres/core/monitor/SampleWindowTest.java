package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SampleWindowTest {

    @Test
    void averagesAvailableSamplesUntilFull() {
        var window = new SampleWindow(3);
        assertThat(window.average()).isZero();
        window.add(10);
        assertThat(window.average()).isEqualTo(10);
        window.add(20);
        assertThat(window.average()).isEqualTo(15);
        window.add(30);
        window.add(40);
        assertThat(window.size()).isEqualTo(3);
        assertThat(window.average()).isEqualTo(30);
    }

    @Test
    void forgetsWhenCleared() {
        var window = new SampleWindow(2);
        window.add(10);
        window.add(10);
        window.clear();
        assertThat(window.size()).isZero();
        window.add(4);
        assertThat(window.average()).isEqualTo(4);
    }

    @Test
    void agreesWithTheDefinition() {
        var random = new Random(7);
        var window = new SampleWindow(5);
        var last = new ArrayDeque<Long>();
        for (int i = 0; i < 1000; i++) {
            long sample = random.nextLong(1L << 45);
            window.add(sample);
            last.add(sample);
            if (last.size() > 5) last.remove();
            long sum = last.stream().mapToLong(Long::longValue).sum();
            assertThat(window.average()).isEqualTo(sum / last.size());
        }
    }
}
