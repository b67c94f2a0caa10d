package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.MonitorSimulation.SimulatedEvent.MemoryArrival;
import dev.elastigres.core.monitor.MonitorSimulation.SimulatedEvent.Request;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Runs random loads in VMs whose memory arrives after a random time, each from a seed.
class ForecastInvariantsTest {
    private static final int SEEDS = 300;
    private static final long SECOND = 1_000_000_000;
    private static final Bytes GIB = Bytes.ofGibibytes(1);

    /// Memory available to all processes in a VM of 1 GiB.
    private static final long THERE = 960L << 20;

    @Test
    void requestsAreAtLeastAnIntervalApart() {
        int requests = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var simulation =
                    new MonitorSimulation(
                            MonitorRules.FORESIGHTED, GIB, anyAgent(random), walk(random));
            simulation.runUntil(Duration.ofMinutes(2));
            List<Request> asked = asked(simulation);
            requests += asked.size();
            for (int i = 1; i < asked.size(); i++)
                assertThat(asked.get(i).at() - asked.get(i - 1).at())
                        .as("seed %d, request %d", seed, i)
                        .isGreaterThanOrEqualTo(SECOND);
        }
        assertThat(requests).as("there was something to ask for").isGreaterThan(SEEDS);
    }

    @Test
    void sendsNoRequestWhileUsageIsFlatAndLow() {
        for (long seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            long level = random.nextLong(50, 550) << 20;
            long noise = random.nextLong(1, 25) << 20;
            var simulation =
                    new MonitorSimulation(
                            MonitorRules.FORESIGHTED,
                            GIB,
                            MonitorSimulation.SimulatedAgent.NEVER,
                            _ -> level + random.nextLong(-noise, noise));
            simulation.runUntil(Duration.ofMinutes(2));
            assertThat(asked(simulation)).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void aRampIsAskedForBeforeItCrossesWhenThereIsTime() {
        for (long seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            long calm = random.nextLong(100, 400);
            long rate = random.nextLong(40, 500);
            long start = random.nextLong(3 * SECOND, 6 * SECOND);
            var simulation =
                    new MonitorSimulation(
                            MonitorRules.FORESIGHTED,
                            GIB,
                            MonitorSimulation.SimulatedAgent.NEVER,
                            ramp(calm, start, rate));
            simulation.runUntil(Duration.ofSeconds(40));
            double crossing = start + (785.4 - calm) / rate * SECOND;
            assertThat(asked(simulation))
                    .as("seed %d: %d MiB/s from %d MiB", seed, rate, calm)
                    .isNotEmpty()
                    .first()
                    .matches(first -> first.at() < crossing && first.at() > start);
        }
    }

    /// One rise and one sufficient grant: a single request once the delay is known.
    @Test
    void growsOnlyOncePerNeed() {
        for (long seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            long rate = random.nextLong(40, 400);
            var delay = Duration.ofMillis(random.nextLong(300, 7500));
            var agent =
                    new MonitorSimulation.SimulatedAgent(
                            Optional.of(delay), Bytes.ofGibibytes(8), random.nextBoolean());
            long start = 30 * SECOND;
            var simulation =
                    new MonitorSimulation(
                            taughtBy(delay), GIB, agent, rise(150, start, rate, 1000));
            simulation.runUntil(Duration.ofMinutes(2));
            assertThat(asked(simulation)).as("seed %d: %d MiB/s, %s", seed, rate, agent).hasSize(1);
            assertThat(simulation.events.stream().filter(MemoryArrival.class::isInstance))
                    .hasSize(2);
        }
    }

    /// The bursts of `elastigres bench survive`: 1.2 GiB in a VM of 1 GiB, which gets another.
    @ParameterizedTest
    @CsvSource({"50,4", "50,8", "100,1", "100,2", "100,4", "200,0.5", "200,1", "200,2"})
    void aBurstThatOneGrantCoversGetsItInTimeAndOnlyOnce(int rate, double seconds) {
        var delay = Duration.ofMillis((long) (seconds * 1000));
        for (long seed = 0; seed < SEEDS / 10; seed++) {
            var random = new Random(seed);
            long start = 30 * SECOND + random.nextLong(SECOND);
            var agent = new MonitorSimulation.SimulatedAgent(Optional.of(delay), GIB, true);
            LongUnaryOperator burst = rise(150, start, rate, 150 + 1228);
            var simulation = new MonitorSimulation(taughtBy(delay), GIB, agent, burst);
            simulation.runUntil(Duration.ofMinutes(1));
            assertThat(asked(simulation)).as("seed %d", seed).hasSize(1);
            long come = simulation.events.getLast().at();
            assertThat(burst.applyAsLong(come)).as("seed %d", seed).isLessThan(THERE);
        }
    }

    /// An agent of v1.0 grants one unit, whatever the forecast. A burst that grows in jumps looks
    /// faster than it is; its end, which is unknown in advance, is below the next threshold.
    @ParameterizedTest
    @CsvSource({
        "0.3,false",
        "0.7,false",
        "1.5,false",
        "3,false",
        "0.3,true",
        "0.7,true",
        "1.5,true",
        "3,true"
    })
    void aUnitIsNotAskedForAgainBeforeItShowsWhetherItDoes(double seconds, boolean announcedFirst) {
        var delay = Duration.ofMillis((long) (seconds * 1000));
        int requests = 0;
        for (long seed = 0; seed < SEEDS / 3; seed++) {
            var random = new Random(seed);
            Bytes unit = Bytes.ofMebibytes(random.nextBoolean() ? 512 : 1024);
            var agent =
                    new MonitorSimulation.SimulatedAgent(
                            Optional.of(delay), unit, announcedFirst, false);
            double threshold = 785.4;
            double end = threshold + random.nextDouble(0.8 * 0.85 * unit.toMebibytes());
            LongUnaryOperator burst = jumps(random, 150, 30 * SECOND, end);
            var simulation = new MonitorSimulation(taughtBy(delay), GIB, agent, burst);
            simulation.runUntil(Duration.ofMinutes(1));
            List<Request> asked = asked(simulation);
            requests += asked.size();
            for (int i = 1; i < asked.size(); i++)
                if (asked.get(i).reason().need().reason() == Shortage.GROWTH)
                    assertThat(asked.get(i).at() - grantBefore(simulation, asked.get(i), unit))
                            .as("seed %d, request %d", seed, i)
                            .isGreaterThanOrEqualTo(SECOND);
        }
        assertThat(requests).isGreaterThanOrEqualTo(SEEDS / 3);
    }

    /// Returns when the last whole unit arrived before a request.
    private static long grantBefore(MonitorSimulation simulation, Request asked, Bytes unit) {
        return simulation.events.stream()
                .filter(MemoryArrival.class::isInstance)
                .map(MemoryArrival.class::cast)
                .filter(it -> it.total().minus(GIB).value() % unit.value() == 0)
                .mapToLong(MemoryArrival::at)
                .filter(at -> at < asked.at())
                .max()
                .orElse(Long.MIN_VALUE / 2);
    }

    @Test
    void learnsHowLongAGrantTakes() {
        for (long seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var delay = Duration.ofMillis(random.nextLong(100, 7500));
            var agent =
                    new MonitorSimulation.SimulatedAgent(
                            Optional.of(delay), Bytes.ofGibibytes(8), random.nextBoolean());
            var simulation =
                    new MonitorSimulation(
                            MonitorRules.FORESIGHTED, GIB, agent, rise(150, 10 * SECOND, 100, 900));
            simulation.runUntil(Duration.ofMinutes(2));
            assertThat(simulation.state().grants().delays().max())
                    .as("seed %d: %s", seed, agent)
                    .hasValueSatisfying(
                            learned -> assertThat(learned).isBetween(delay, delay.plusMillis(300)));
        }
    }

    // ---- loads

    private static LongUnaryOperator ramp(long calm, long start, long rate) {
        return rise(calm, start, rate, 1_000_000);
    }

    private static LongUnaryOperator rise(long calm, long start, long rate, double max) {
        return now ->
                (long) (Math.min(max, calm + Math.max(0, now - start) / 1e9 * rate) * (1 << 20));
    }

    /// Returns usage that in each tenth of a second pauses or grows faster than on average.
    private static LongUnaryOperator jumps(Random random, double calm, long start, double max) {
        double rate = random.nextDouble(50, 500);
        var levels = new ArrayList<Double>();
        double level = calm;
        while (level < max) {
            levels.add(level);
            boolean stands = random.nextInt(3) == 0;
            level += stands ? 0 : -Math.log(1 - random.nextDouble()) * rate * 0.15;
        }
        levels.add(max);
        return now -> {
            double tenths = Math.max(0, (now - start) / 1e8);
            int at = (int) Math.min(tenths, levels.size() - 2.0);
            double part = Math.min(1, tenths - at);
            double mebibytes = levels.get(at) + part * (levels.get(at + 1) - levels.get(at));
            return (long) (mebibytes * (1 << 20));
        };
    }

    /// Returns usage that stays, rises and falls at random rates.
    private static LongUnaryOperator walk(Random random) {
        var times = new ArrayList<Long>();
        var levels = new ArrayList<Long>();
        long time = 0;
        times.add(0L);
        levels.add(200L << 20);
        while (time < 130 * SECOND) {
            time += random.nextBoolean() ? random.nextLong(SECOND) : random.nextLong(10 * SECOND);
            times.add(time + 1);
            levels.add(random.nextLong(50, random.nextBoolean() ? 700 : 3000) << 20);
        }
        return now -> {
            int i = 1;
            while (times.get(i) < now) i++;
            double part = (double) (now - times.get(i - 1)) / (times.get(i) - times.get(i - 1));
            return (long) (levels.get(i - 1) + part * (levels.get(i) - levels.get(i - 1)));
        };
    }

    private static MonitorSimulation.SimulatedAgent anyAgent(Random random) {
        if (random.nextInt(3) == 0) return MonitorSimulation.SimulatedAgent.NEVER;
        return new MonitorSimulation.SimulatedAgent(
                Optional.of(Duration.ofMillis(random.nextLong(50, 9000))),
                Bytes.ofMebibytes(random.nextLong(0, 600)),
                random.nextBoolean());
    }

    private static MonitorRules taughtBy(Duration delay) {
        ForecastHorizon initial = ForecastHorizon.DEFAULT;
        return MonitorRules.DEFAULT.with(
                new ForecastHorizon(delay.plus(delay.dividedBy(4)), initial.min(), initial.max()));
    }

    private static List<Request> asked(MonitorSimulation simulation) {
        return simulation.events.stream()
                .filter(Request.class::isInstance)
                .map(Request.class::cast)
                .toList();
    }
}
