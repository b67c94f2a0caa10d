package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.MonitorSimulation.SimulatedEvent.Request;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Measures the time from crossing the threshold to the request, with the bursts and the noise of
/// `elastigres bench reaction`, from seeds, in virtual time. Memory grows in parts of some
/// milliseconds with pauses, freed memory goes in parts with pauses, the counters jitter, and on a
/// busy machine samples and decisions are late.
class ReactionTest {
    private static final int SEEDS = 25;
    private static final int BURSTS = 12;
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;

    /// Threshold of a VM of 1 GiB, in MiB.
    private static final double THRESHOLD = 785.4;

    private static final double IDLE = 64;
    private static final Duration CALM = Duration.ZERO;

    @ParameterizedTest
    @CsvSource({"50,0", "50,50", "100,0", "100,50", "200,0", "200,50", "350,20", "500,0", "500,20"})
    void everyRampIsAskedForBeforeItCrosses(int rate, int late) {
        List<Double> reactions = reactions(rate, Duration.ofMillis(late));
        assertThat(reactions).hasSize(SEEDS * BURSTS);
        assertThat(reactions.getLast()).as("the latest, in ms").isNegative();
        assertThat(median(reactions)).isLessThan(-400);
    }

    @Test
    void aStepIsAskedForAtOnce() {
        List<Double> reactions = reactions(0, CALM);
        assertThat(reactions).hasSize(SEEDS * BURSTS);
        assertThat(reactions.getLast()).as("the latest, in ms").isLessThan(30);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,2", "50,2"})
    void ignoresMemoryChangesFarFromThreshold(int late, double jitter) {
        for (long seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var load = new UsageSteps(random, jitter);
            load.stay(5 * SECOND, THRESHOLD - 256);
            long begin = load.end;
            while (load.end < begin + 60 * SECOND) load.spike();
            var busy = new MonitorSimulation.MachineLoad(random, Duration.ofMillis(late));
            var simulation = simulation(load, busy);
            simulation.runUntil(Duration.ofNanos(begin));
            // Ignore the sudden start.
            simulation.events.clear();
            simulation.runUntil(Duration.ofNanos(load.end));
            assertThat(simulation.events).as("seed %d", seed).isEmpty();
        }
    }

    /// Returns the times from crossing to request, in milliseconds, sorted; each burst has a new
    /// session.
    private static List<Double> reactions(int rate, Duration late) {
        var reactions = new ArrayList<Double>();
        for (long seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var load = new UsageSteps(random, late.isZero() ? 0 : 2);
            double lead = rate == 0 ? 64 : Math.clamp(rate, 64, 512);
            double rest = rate == 0 ? 48 : Math.clamp(rate * 0.3, 32, 200);
            load.stay(5 * SECOND, THRESHOLD - lead);
            var bursts = new ArrayList<UsageBurst>();
            for (int i = 0; i < BURSTS; i++) bursts.add(load.burst(rate, lead, rest));
            var simulation = simulation(load, new MonitorSimulation.MachineLoad(random, late));
            for (UsageBurst burst : bursts) {
                simulation.runUntil(Duration.ofNanos(burst.heard));
                simulation.events.clear();
                simulation.reconnect();
                simulation.runUntil(Duration.ofNanos(burst.end));
                simulation.events.stream()
                        .filter(Request.class::isInstance)
                        .filter(it -> it.at() >= burst.begin)
                        .findFirst()
                        .ifPresent(it -> reactions.add((it.at() - burst.crossed) / 1e6));
            }
        }
        Collections.sort(reactions);
        return reactions;
    }

    private static MonitorSimulation simulation(
            UsageSteps load, MonitorSimulation.MachineLoad busy) {
        return new MonitorSimulation(
                MonitorRules.FORESIGHTED,
                Bytes.ofGibibytes(1),
                MonitorSimulation.SimulatedAgent.NEVER,
                load::at,
                busy);
    }

    private static double median(List<Double> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    /// @param heard from when on a session exists
    private record UsageBurst(long heard, long begin, long crossed, long end) {}

    /// Usage over time in MiB: each level holds until the next.
    private static final class UsageSteps {
        private final TreeMap<Long, Double> levels = new TreeMap<>();
        private final Random random;
        private final double jitter;
        private double level = IDLE;
        private long end = SECOND;

        UsageSteps(Random random, double jitter) {
            this.random = random;
            this.jitter = jitter;
            levels.put(0L, level);
        }

        long at(long time) {
            double noise = (2 * random.nextDouble() - 1) * jitter;
            long pages = (long) ((levels.floorEntry(time).getValue() + noise) * 256);
            return pages * 4096;
        }

        void stay(long time, double at) {
            put(at);
            end += time;
        }

        private void put(double at) {
            level = at;
            levels.put(end, at);
        }

        UsageBurst burst(int rate, double lead, double rest) {
            double low = THRESHOLD - lead;
            long heard = end;
            end += random.nextLong(200 * MILLI, 450 * MILLI);
            long begin = end;
            grow(rate, lead);
            long crossed = end;
            grow(rate, rest);
            // The other rule asks now, too, and the memory is freed.
            end = Math.max(end, crossed + random.nextLong(280 * MILLI, 480 * MILLI));
            fall(low);
            end += random.nextLong(800 * MILLI, 1500 * MILLI);
            return new UsageBurst(heard, begin, crossed, end);
        }

        void spike() {
            double low = level;
            double size = 4 * Math.pow(24, random.nextDouble());
            grow(random.nextInt(50, 201), size);
            end += random.nextLong(20 * MILLI, 400 * MILLI);
            put(low);
            end += random.nextLong(100 * MILLI, 1500 * MILLI);
        }

        private void grow(int rate, double amount) {
            double from = level;
            long begin = end;
            while (level < from + amount) {
                if (rate > 0) end += random.nextLong(MILLI, 7 * MILLI);
                if (rate > 0 && random.nextInt(50) == 0) end += random.nextLong(50 * MILLI);
                double due = rate == 0 ? amount : rate * (end - begin) / 1e9;
                put(from + Math.min(due, amount));
            }
        }

        private void fall(double to) {
            while (level > to) {
                end += random.nextLong(2 * MILLI, 40 * MILLI);
                if (random.nextInt(4) == 0) end += random.nextLong(200 * MILLI);
                put(Math.max(to, level - random.nextDouble(4, 28)));
            }
        }
    }
}
