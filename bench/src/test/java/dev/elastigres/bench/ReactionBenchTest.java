package dev.elastigres.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.bench.measure.Row;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.harness.Stop;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A little of everything, with real monitors and a made-up cgroup.
class ReactionBenchTest {

    @Test
    void measuresEveryRowAndSaysSoInJson() throws Exception {
        var rows = new ArrayList<Row>();
        var plan = new ReactionPlan(List.of(new Rate(400), new Rate(0)), 1, Duration.ofMillis(500));
        try (var bed = LocalBed.start(Bytes.ofGibibytes(1), List.of(Rule.values()))) {
            new ReactionBench(plan, bed, rows::add, _ -> {}, new Stop()).run();
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
        for (Row row : rows) assertThat(row.text()).isNotBlank();
        for (Row row : rows.subList(0, 4)) {
            var json = (Json.Obj) Json.parse(row.json());
            assertThat(json.text("bench")).contains("reaction");
            assertThat(json.members())
                    .containsKeys("rule", "rate_mib_s", "reached_mib_s", "n", "p50_ms", "p99_ms");
        }
        assertThat(rows.get(3))
                .isInstanceOfSatisfying(
                        ReactionRow.Reaction.class,
                        step -> {
                            assertThat(step.rule()).isEqualTo(Rule.ADAPTIVE);
                            assertThat(step.rate().isUnlimited()).isTrue();
                            assertThat(step.missed()).isZero();
                            // Nobody can foresee a step.
                            assertThat(step.reactions().percentile(50)).isPositive();
                        });
    }

    @Test
    void burstsBeginWithinReachOfTheThreshold() {
        assertThat(ReactionPlan.lead(new Rate(50))).isEqualTo(Bytes.ofMebibytes(64));
        assertThat(ReactionPlan.lead(new Rate(200))).isEqualTo(Bytes.ofMebibytes(200));
        assertThat(ReactionPlan.lead(new Rate(2000))).isEqualTo(Bytes.ofMebibytes(512));
        assertThat(ReactionPlan.lead(new Rate(0))).isEqualTo(Bytes.ofMebibytes(64));
        assertThat(ReactionPlan.rest(new Rate(50))).isEqualTo(Bytes.ofMebibytes(32));
    }

    @Test
    void noiseIsTheSameEachTimeAndStaysAway() {
        var noise = new Noise();
        var again = new Noise();
        for (int i = 0; i < 1000; i++) {
            Noise.Spike spike = noise.next();
            assertThat(spike).isEqualTo(again.next());
            assertThat(spike.size()).isBetween(Bytes.ofMebibytes(4), Bytes.ofMebibytes(96));
            assertThat(spike.rate().mebibytes()).isBetween(50, 200);
        }
    }
}
