package dev.elastigres.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.harness.StopRequest;
import dev.elastigres.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Runs a few requests of every measurement over the real endpoint.
class PermitsBenchTest {
    @Test
    void measuresEveryRow() throws Exception {
        List<PermitsBenchRow> rows = new ArrayList<>();
        new PermitsBench(5, 20, 3, rows::add, new StopRequest()).run();
        assertThat(rows)
                .extracting(it -> it.what() + " " + it.of() + " " + it.samples().size())
                .containsExactly(
                        "grant ledger 500",
                        "grant endpoint 20",
                        "denial ledger 500",
                        "denial endpoint 20");
        for (PermitsBenchRow row : rows)
            assertThat(Json.parse(row.json()))
                    .isInstanceOfSatisfying(
                            Json.Obj.class,
                            it ->
                                    assertThat(it.members())
                                            .containsKeys(
                                                    "bench", "what", "nodes", "p50_ms", "p99_ms",
                                                    "per_s"));
    }
}
