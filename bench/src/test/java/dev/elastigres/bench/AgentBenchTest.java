package dev.elastigres.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.bench.InMemoryDriver.GrowthRecord;
import dev.elastigres.bench.RequestLog.LoggedRequest;
import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.harness.StopRequest;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentBenchTest {

    /// Runs every measurement with a small fleet, over real sockets to a process of fake monitors.
    @Test
    void measuresManyVmsAndPrintsJson() throws Exception {
        List<BenchRow> rows = new ArrayList<>();
        var plan =
                new AgentBenchPlan(
                        List.of(20),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        40,
                        Duration.ofMillis(10));
        new AgentBench(plan, rows::add, _ -> {}, new StopRequest()).run();

        assertThat(rows).hasSize(2).allSatisfy(row -> assertThat(row.text()).isNotBlank());
        assertThat(parsed(rows.get(0).json()))
                .containsEntry("what", new Json.Str("bare"))
                .containsEntry("vms", new Json.Num("20"))
                .containsKeys("up_s", "heap_kib_per_vm", "rss_kib_per_vm", "load1")
                .doesNotContainKey("cpu_percent");
        assertThat(parsed(rows.get(1).json()))
                .containsEntry("bench", new Json.Str("agent"))
                .containsEntry("what", new Json.Str("agent"))
                .containsEntry("events", new Json.Num("40"))
                .containsEntry("missed", new Json.Num("0"))
                .containsKeys(
                        "up_s", "cpu_percent", "peers_cpu_percent", "p50_ms", "p99_ms", "max_ms")
                .containsKeys("close_s", "again_s");
    }

    private static Map<String, Json> parsed(String json) throws Exception {
        return ((Json.Obj) Json.parse(json)).members();
    }

    @Test
    void aRequestIsServedByTheFirstGrowthBeforeTheNextRequest() {
        var requests =
                List.of(
                        new LoggedRequest("a", 100),
                        new LoggedRequest("a", 200),
                        new LoggedRequest("b", 110),
                        new LoggedRequest("c", 10));
        var growths =
                List.of(
                        new GrowthRecord("a", 50),
                        new GrowthRecord("a", 207),
                        new GrowthRecord("a", 209),
                        new GrowthRecord("b", 115));

        LatencySamples samples = RequestLog.latencies(requests, growths);

        assertThat(samples.size()).isEqualTo(2);
        assertThat(samples.percentile(50)).isEqualTo(5);
        assertThat(samples.max()).isEqualTo(7);
    }

    @Test
    void asManyVmsFitAsBothSidesHaveDescriptorsFor() {
        assertThat(new FileDescriptorLimit(20_000).vms()).isEqualTo(9_750);
        assertThat(new FileDescriptorLimit(256).vms()).isZero();
        assertThat(new FileDescriptorLimit(Long.MAX_VALUE).vms()).isEqualTo(AgentBenchPlan.MAX_VMS);
    }

    @Test
    void aVmCanGrowAtEachRequest() {
        assertThat(AgentBenchPlan.of(List.of(1)).maxUnits(1)).isGreaterThan(2_000);
        assertThat(AgentBenchPlan.of(List.of(1)).maxUnits(10_000)).isEqualTo(2);
    }

    @Test
    void everyVmHasItsOwnEndpoint() {
        var ports = List.of(7001, 7002);
        assertThat(FakeMonitorsProgram.endpoint(0, ports)).hasToString("127.0.0.1:7001");
        assertThat(FakeMonitorsProgram.endpoint(99, ports)).hasToString("127.0.0.100:7001");
        assertThat(FakeMonitorsProgram.endpoint(100, ports)).hasToString("127.0.0.1:7002");
    }
}
