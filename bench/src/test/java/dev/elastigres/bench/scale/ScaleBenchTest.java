package dev.elastigres.bench.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.bench.scale.NodeProcesses.DaemonCommand;
import dev.elastigres.harness.JavaCommand;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "dev.elastigres.testbed.kubernetes.KubernetesBinaries#areThere",
        disabledReason = KubernetesBinaries.NEEDED)
@Timeout(300)
class ScaleBenchTest {
    private static final String MODULE = "dev.elastigres.node";

    /// Measures a small cluster, with a real agent that has its own service account.
    @Test
    void measuresSmallClusterAndPrintsJson() throws Exception {
        var rows = new ArrayList<ScaleBenchRow>();
        var plan =
                new ScaleBenchPlan(3, 12, 3, 2, 100, Duration.ofSeconds(5), Duration.ofSeconds(20));
        var program =
                new DaemonCommand(
                        JavaCommand.command(
                                List.of("-XX:+UseSerialGC"), MODULE, MODULE + ".NodeMain"),
                        JavaCommand.command(
                                List.of("-XX:+UseSerialGC"),
                                "dev.elastigres.monitor",
                                "dev.elastigres.monitor.Main"),
                        Map.of());
        new ScaleBench(plan, program, rows::add, _ -> {}, new StopRequest())
                .run(KubernetesBinaries.find().orElseThrow());

        assertThat(rows).hasSize(2).allSatisfy(row -> assertThat(row.text()).isNotBlank());
        ScaleBenchRow rest = rows.getFirst();
        assertThat(rest.requests()).as("at rest nothing is asked for").isEmpty();
        assertThat(parsed(rest))
                .containsEntry("bench", new Json.Str("scale"))
                .containsEntry("state", new Json.Str("rest"))
                .containsEntry("pods", new Json.Num("12"))
                .containsEntry("requests_per_s", new Json.Num("0.0"))
                .containsKeys("rss_mb", "heap_mb", "cpu_percent", "read_kb_per_s");
        ScaleBenchRow moving = rows.getLast();
        assertThat(moving.moved()).isPositive();
        assertThat(moving.requests())
                .as("the agent writes of pods that come and go")
                .containsKey("patch nodeplans/status")
                .as("and begins no watch anew")
                .doesNotContainKeys("watch pods", "watch nodeplans");
    }

    private static Map<String, Json> parsed(ScaleBenchRow row) throws Exception {
        return ((Json.Obj) Json.parse(row.json())).members();
    }
}
