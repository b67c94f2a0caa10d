package dev.elastigres.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Runs a short version of every measurement, with real monitors and a fake cgroup.
class ReactionBenchTest {

    @Test
    void measuresEveryRowAndPrintsJson() throws Exception {
        var rows = new ArrayList<BenchRow>();
        var plan =
                new ReactionBenchPlan(
                        List.of(new BurstRate(400), new BurstRate(0)), 1, Duration.ofMillis(500));
        try (var bed = LocalTestBed.start(Bytes.ofGibibytes(1), List.of(SamplingRule.values()))) {
            new ReactionBench(plan, bed, rows::add, _ -> {}, new StopRequest()).run();
        }
        assertThat(rows)
                .extracting(row -> row.getClass().getSimpleName())
                .containsExactly(
                        "Reaction",
                        "Reaction",
                        "Reaction",
                        "Reaction",
                        "Cpu",
                        "Cpu",
                        "Cpu",
                        "Cpu",
                        "Alarms",
                        "Alarms",
                        "Cpu",
                        "Cpu");
        for (BenchRow row : rows) assertThat(row.text()).isNotBlank();
        for (BenchRow row : rows.subList(0, 4)) {
            var json = (Json.Obj) Json.parse(row.json());
            assertThat(json.text("bench")).contains("reaction");
            assertThat(json.members())
                    .containsKeys("rule", "rate_mib_s", "reached_mib_s", "n", "p50_ms", "p99_ms");
        }
        assertThat(rows.get(3))
                .isInstanceOfSatisfying(
                        ReactionBenchRow.Reaction.class,
                        step -> {
                            assertThat(step.rule()).isEqualTo(SamplingRule.ADAPTIVE);
                            assertThat(step.rate().isUnlimited()).isTrue();
                            assertThat(step.missed()).isZero();
                            // A step cannot be forecast.
                            assertThat(step.reactions().percentile(50)).isPositive();
                        });
    }

    @Test
    void burstsBeginWithinReachOfTheThreshold() {
        assertThat(ReactionBenchPlan.lead(new BurstRate(50))).isEqualTo(Bytes.ofMebibytes(64));
        assertThat(ReactionBenchPlan.lead(new BurstRate(200))).isEqualTo(Bytes.ofMebibytes(200));
        assertThat(ReactionBenchPlan.lead(new BurstRate(2000))).isEqualTo(Bytes.ofMebibytes(512));
        assertThat(ReactionBenchPlan.lead(new BurstRate(0))).isEqualTo(Bytes.ofMebibytes(64));
        assertThat(ReactionBenchPlan.rest(new BurstRate(50))).isEqualTo(Bytes.ofMebibytes(32));
    }

    @Test
    void noiseIsTheSameEachTimeAndStaysAway() {
        var noise = new BackgroundLoad();
        var again = new BackgroundLoad();
        for (int i = 0; i < 1000; i++) {
            BackgroundLoad.LoadSpike spike = noise.next();
            assertThat(spike).isEqualTo(again.next());
            assertThat(spike.size()).isBetween(Bytes.ofMebibytes(4), Bytes.ofMebibytes(96));
            assertThat(spike.rate().mebibytes()).isBetween(50, 200);
        }
    }
}
