package dev.elastigres.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.bench.Asks.Ask;
import dev.elastigres.bench.Crowd.Grown;
import dev.elastigres.bench.measure.Row;
import dev.elastigres.harness.Stop;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentBenchTest {

    /// A small crowd lives through everything, with real sockets and a process of monitors.
    @Test
    void measuresACrowdAndSaysSoInJson() throws Exception {
        List<Row> rows = new ArrayList<>();
        var plan =
                new AgentPlan(
                        List.of(20),
                        Duration.ofMillis(100),
                        Duration.ofMillis(500),
                        40,
                        Duration.ofMillis(10));
        new AgentBench(plan, rows::add, _ -> {}, new Stop()).run();

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
        var asks =
                List.of(new Ask("a", 100), new Ask("a", 200), new Ask("b", 110), new Ask("c", 10));
        var growths =
                List.of(
                        new Grown("a", 50),
                        new Grown("a", 207),
                        new Grown("a", 209),
                        new Grown("b", 115));

        Samples samples = Asks.latencies(asks, growths);

        assertThat(samples.size()).isEqualTo(2);
        assertThat(samples.percentile(50)).isEqualTo(5);
        assertThat(samples.max()).isEqualTo(7);
    }

    @Test
    void asManyVmsFitAsBothSidesHaveDescriptorsFor() {
        assertThat(new FileLimit(20_000).vms()).isEqualTo(9_750);
        assertThat(new FileLimit(256).vms()).isZero();
        assertThat(new FileLimit(Long.MAX_VALUE).vms()).isEqualTo(AgentPlan.MOST_VMS);
    }

    @Test
    void aVmCanGrowAtEachRequest() {
        assertThat(AgentPlan.of(List.of(1)).mostUnits(1)).isGreaterThan(2_000);
        assertThat(AgentPlan.of(List.of(1)).mostUnits(10_000)).isEqualTo(2);
    }

    @Test
    void everyVmHasADoorOfItsOwn() {
        var ports = List.of(7001, 7002);
        assertThat(PeersProgram.door(0, ports)).hasToString("127.0.0.1:7001");
        assertThat(PeersProgram.door(99, ports)).hasToString("127.0.0.100:7001");
        assertThat(PeersProgram.door(100, ports)).hasToString("127.0.0.1:7002");
    }
}
