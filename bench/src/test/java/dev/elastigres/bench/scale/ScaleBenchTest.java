package dev.elastigres.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.bench.scale.AgentProcess.Program;
import dev.elastigres.harness.OwnJava;
import dev.elastigres.harness.Stop;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.testbed.kubernetes.Binaries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.Binaries#areThere",
        disabledReason = Binaries.NEEDED)
@Timeout(300)
class ScaleBenchTest {
    private static final String MODULE = "dev.elastigres.node";

    /// A small cluster lives through everything, with a real agent and its own account.
    @Test
    void measuresASmallClusterAndSaysSoInJson() throws Exception {
        var rows = new ArrayList<ScaleRow>();
        var plan = new ScalePlan(3, 12, 3, 2, 100, Duration.ofSeconds(5), Duration.ofSeconds(20));
        var program =
                new Program(
                        OwnJava.command(List.of("-XX:+UseSerialGC"), MODULE, MODULE + ".NodeMain"),
                        OwnJava.command(
                                List.of("-XX:+UseSerialGC"),
                                "dev.elastigres.monitor",
                                "dev.elastigres.monitor.Main"),
                        Map.of());
        new ScaleBench(plan, program, rows::add, _ -> {}, new Stop())
                .run(Binaries.find().orElseThrow());

        assertThat(rows).hasSize(2).allSatisfy(row -> assertThat(row.text()).isNotBlank());
        ScaleRow rest = rows.getFirst();
        assertThat(rest.requests()).as("at rest nothing is asked for").isEmpty();
        assertThat(parsed(rest))
                .containsEntry("bench", new Json.Str("scale"))
                .containsEntry("state", new Json.Str("rest"))
                .containsEntry("pods", new Json.Num("12"))
                .containsEntry("requests_per_s", new Json.Num("0.0"))
                .containsKeys("rss_mb", "heap_mb", "cpu_percent", "read_kb_per_s");
        ScaleRow moving = rows.getLast();
        assertThat(moving.moved()).isPositive();
        assertThat(moving.requests())
                .as("the agent writes of pods that come and go")
                .containsKey("patch postgresautoscalers/status")
                .as("and begins no watch anew")
                .doesNotContainKeys("watch pods", "watch postgresautoscalers");
    }

    private static Map<String, Json> parsed(ScaleRow row) throws Exception {
        return ((Json.Obj) Json.parse(row.json())).members();
    }
}
