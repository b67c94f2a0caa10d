package dev.elastigres.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.harness.StopRequest;
import dev.elastigres.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Runs a few rounds of every measurement, against a real monitor and a real Postgres.
class ProtocolBenchTest {

    @Test
    void measuresEveryRowAndPrintsJson() throws Exception {
        List<ProtocolBenchRow> results = new ArrayList<>();
        new ProtocolBench(new Repetitions(20, 20, 20, 5, 5), results::add, new StopRequest()).run();

        assertThat(results)
                .extracting(result -> result.what() + " " + result.postgres())
                .containsExactly(
                        "echo none",
                        "health_check idle",
                        "upscale idle",
                        "health_check hung",
                        "upscale_first hung",
                        "upscale hung");
        assertThat(results)
                .extracting(result -> result.samples().size())
                .containsExactly(20, 20, 5, 20, 1, 5);
        for (ProtocolBenchRow result : results) {
            assertThat(result.samples().percentile(50)).isPositive();
            assertThat(Json.parse(result.json()))
                    .isInstanceOfSatisfying(
                            Json.Obj.class,
                            row ->
                                    assertThat(row.members())
                                            .containsKeys("p50_us", "p99_us", "p999_us", "load1"));
        }
    }
}
