package dev.elastigres.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatencySamplesTest {

    @Test
    void findsPercentilesByNearestRank() {
        LatencySamples samples = shuffled(1000);
        assertThat(samples.percentile(50)).isEqualTo(500);
        assertThat(samples.percentile(99)).isEqualTo(990);
        assertThat(samples.percentile(99.9)).isEqualTo(999);
        assertThat(samples.max()).isEqualTo(1000);
        assertThat(samples.percentile(0.01)).isEqualTo(1);
    }

    @Test
    void givesTheLargestWhereThereAreTooFew() {
        assertThat(shuffled(1).percentile(50)).isEqualTo(1);
        assertThat(shuffled(300).percentile(99.9)).isEqualTo(300);
        assertThat(shuffled(4).percentile(50)).isEqualTo(2);
    }

    @Test
    void agreesWithItsDefinition() {
        for (int n = 1; n <= 200; n++)
            for (double percent : new double[] {0.1, 12.5, 50, 90, 99, 99.9, 100}) {
                long found = shuffled(n).percentile(percent);
                double min = percent / 100 * n;
                assertThat((double) found).isGreaterThanOrEqualTo(min - 1e-6);
                assertThat(found - 1.0).isLessThan(min);
            }
    }

    @Test
    void staysRightWhenMoreIsAdded() {
        var samples = new LatencySamples(3);
        samples.add(5);
        assertThat(samples.max()).isEqualTo(5);
        samples.add(9);
        samples.add(1);
        assertThat(samples.max()).isEqualTo(9);
        assertThat(samples.percentile(1)).isEqualTo(1);
    }

    @Test
    void refusesNonsense() {
        assertThatThrownBy(() -> new LatencySamples(1).percentile(50))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> shuffled(1).percentile(0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> shuffled(1).percentile(101))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// Returns the samples 1 to `count` in random order.
    private static LatencySamples shuffled(int count) {
        var values = IntStream.rangeClosed(1, count).boxed().toList();
        var mixed = new ArrayList<>(values);
        Collections.shuffle(mixed, new Random(count));
        var samples = new LatencySamples(count);
        mixed.stream().flatMapToLong(LongStream::of).forEach(samples::add);
        return samples;
    }
}
