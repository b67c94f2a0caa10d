package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tests forecasts from samples taken when the forecaster asks for them.
class UsageForecasterTest {
    private static final long MIB = 1 << 20;
    private static final long THRESHOLD = 870 * MIB;
    private static final Duration HORIZON = Duration.ofMillis(1500);
    private static final long SECOND = 1_000_000_000;

    private final UsageForecaster forecaster = new UsageForecaster(SamplingIntervalRules.DEFAULT);
    private long now;
    private long samples;

    /// Samples until the forecast reaches the threshold or `end` has come; returns whether it did.
    private boolean isForeseen(long end, LongUnaryOperator usage) {
        while (now <= end) {
            forecaster.add(now, usage.applyAsLong(now), THRESHOLD, HORIZON.toNanos());
            samples++;
            if (forecaster.forecast() >= THRESHOLD) return true;
            now += forecaster.nextIn();
        }
        return false;
    }

    /// Returns usage that grows by `rate` MiB per second from `start` on.
    private static LongUnaryOperator ramp(long calm, long start, double rate) {
        return time -> (long) (calm * MIB + Math.max(0, time - start) / 1e9 * rate * MIB);
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 100, 200, 500})
    void foreseesARampWellBeforeItCrosses(int rate) {
        long start = 10 * SECOND;
        assertThat(isForeseen(60 * SECOND, ramp(500, start, rate))).isTrue();
        double crossing = start + 370.0 / rate * SECOND;
        assertThat(crossing - now).isGreaterThan(0.3 * SECOND);
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 2000})
    void seesASteepRampAtItsCrossing(int rate) {
        long start = 10 * SECOND;
        assertThat(isForeseen(60 * SECOND, ramp(500, start, rate))).isTrue();
        double crossing = start + 370.0 / rate * SECOND;
        assertThat(now - crossing).isLessThan(30e6);
    }

    @Test
    void looksSeldomWhileAllIsCalmAndFar() {
        assertThat(isForeseen(60 * SECOND, _ -> 200 * MIB)).isFalse();
        assertThat(samples).isLessThan(4 * 60 + 10);
    }

    /// The sampling interval follows the fastest growth observed.
    @Test
    void catchesStepsTheSoonerTheMoreItHasSeen() {
        long worst = 0;
        var random = new Random(3);
        for (int step = 0; step < 40; step++) {
            long start = now + 3 * SECOND + random.nextLong(SECOND);
            assertThat(isForeseen(start + SECOND, time -> (time < start ? 600 : 900) * MIB))
                    .isTrue();
            if (step >= 4) worst = Math.max(worst, now - start);
            now += 5_000_000;
            long fall = now + SECOND / 2;
            while (now < fall) {
                forecaster.add(now, 600 * MIB, THRESHOLD, HORIZON.toNanos());
                now += forecaster.nextIn();
            }
        }
        assertThat(worst).isLessThan(30_000_000);
    }

    @Test
    void ignoresSpikeGoneAtNextSample() {
        assertThat(isForeseen(2 * SECOND, _ -> 500 * MIB)).isFalse();
        forecaster.add(now, 1500 * MIB, THRESHOLD, HORIZON.toNanos());
        assertThat(forecaster.forecast()).isLessThan(THRESHOLD);
        now += forecaster.nextIn();
        assertThat(isForeseen(4 * SECOND, _ -> 500 * MIB)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"500,20", "600,40", "700,60", "300,80"})
    void doesNotForecastRiseFromNoise(long calm, long amplitude) {
        var random = new Random(amplitude);
        assertThat(
                        isForeseen(
                                600 * SECOND,
                                _ -> (calm + random.nextLong(-amplitude, amplitude)) * MIB))
                .isFalse();
    }

    @Test
    void learnsRecurringLoadAsBaseline() {
        // Usage rises and falls by 150 MiB each second.
        LongUnaryOperator sawtooth =
                time -> (long) ((600 + 150.0 * (time % SECOND) / SECOND) * MIB);
        isForeseen(SECOND, sawtooth);
        now = SECOND;
        while (isForeseen(5 * SECOND, sawtooth)) now += 50_000_000;
        assertThat(isForeseen(120 * SECOND, sawtooth)).isFalse();
    }

    @Test
    void pauseDuringFallIsNotLearnedAsBaseline() {
        assertThat(isForeseen(5 * SECOND, ramp(770, 4 * SECOND, 100))).isTrue();
        // Usage rises to 900 MiB, falls to 840, pauses there, and falls again.
        long[] levels = {800, 850, 900, 840, 840, 770};
        for (long level : levels) hold(level, SECOND / 5);
        hold(770, 2 * SECOND);
        long start = now;
        assertThat(isForeseen(start + 10 * SECOND, ramp(770, start, 100))).isTrue();
        assertThat(now - start).isLessThan(SECOND * 8 / 10);
    }

    private void hold(long level, long time) {
        long end = now + time;
        while (now < end) {
            forecaster.add(now, level * MIB, THRESHOLD, HORIZON.toNanos());
            now += forecaster.nextIn();
        }
    }

    @Test
    void aRiseThatEndsIsNotProjectedOn() {
        long start = 5 * SECOND;
        // A single step of 60 MiB covers only a part of the distance to the threshold.
        assertThat(isForeseen(60 * SECOND, time -> (time < start ? 400 : 460) * MIB)).isFalse();
        assertThat(forecaster.rate()).isZero();
    }

    @Test
    void averagesTimeAndNotSamples() {
        // Slow samples of one amount are followed by as many fast ones of another.
        long[] gaps = {100, 100, 100, 100, 5, 5, 5, 5};
        for (int i = 0; i < gaps.length; i++) {
            now += gaps[i] * 1_000_000;
            forecaster.add(now, (i < 4 ? 100 : 200) * MIB, THRESHOLD, HORIZON.toNanos());
        }
        assertThat(forecaster.average() / MIB).isBetween(100L, 110L);
        assertThat(forecaster.size()).isEqualTo(8);
    }

    @Test
    void forgetsWhenCleared() {
        assertThat(isForeseen(5 * SECOND, _ -> 500 * MIB)).isFalse();
        forecaster.clear();
        forecaster.add(now, 100 * MIB, THRESHOLD, HORIZON.toNanos());
        assertThat(forecaster.size()).isEqualTo(1);
        assertThat(forecaster.average()).isEqualTo(100 * MIB);
        assertThat(forecaster.forecast()).isEqualTo(100 * MIB);
    }
}
