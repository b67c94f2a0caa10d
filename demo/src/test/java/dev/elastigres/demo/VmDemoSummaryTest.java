package dev.elastigres.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.demo.VmDemoEvent.QueryEnded;
import dev.elastigres.protocol.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VmDemoSummaryTest {
    private static final VmDemoScript SCRIPT = VmDemoScript.DEFAULT;
    private static final Resources SMALL = SCRIPT.min();
    private static final Resources LARGE = new Resources(3, Bytes.ofGibibytes(3));
    private static final VmDemoStep GROWTH =
            new VmDemoStep(
                    "hungry query",
                    Duration.ofSeconds(40),
                    SMALL,
                    LARGE,
                    Optional.of(
                            new VmDemoStep.ResizeStep(
                                    Duration.ofMillis(2100), Duration.ofSeconds(9))));
    private static final VmDemoSummary SUMMARY =
            new VmDemoSummary(
                    List.of(GROWTH),
                    new PgbenchReport(1000, 0, 0),
                    new QueryEnded(Bytes.ofMebibytes(1200), Duration.ofSeconds(40)),
                    new VmDemoSummary.CacheSizes(
                            Bytes.ofMebibytes(309),
                            Bytes.ofMebibytes(2229),
                            Bytes.ofMebibytes(309)),
                    SCRIPT.max(),
                    120,
                    480,
                    Duration.ofSeconds(90));

    @Test
    void countsUnitsByTheLargerResource() {
        var begun = new Moment(0);
        var used = new UnitSeconds(SCRIPT.unit(), SMALL, begun);
        used.changed(LARGE, begun.plus(Duration.ofSeconds(10)));
        used.changed(SMALL, begun.plus(Duration.ofSeconds(15)));
        // One CPU is two units; three CPUs and 3 GiB are six.
        assertThat(used.until(begun.plus(Duration.ofSeconds(20)))).isEqualTo(2 * 15 + 6 * 5);
    }

    @Test
    void listsDurationAndCostOfEachStep() {
        assertThat(SUMMARY.lines())
                .contains(
                        "  hungry query           40.0 s; 1 CPU and 512MiB -> 3 CPUs and 3GiB, from"
                                + " 2.1 s on, all after 9.0 s",
                        "  pgbench                1000 transactions, 0 failed; 0 connections"
                                + " dropped",
                        "  compute units          120 CU-seconds; 480 for a fixed VM of 4 CPUs and"
                                + " 4GiB (25 %)");
    }

    @Test
    void programsGetOneObjectALine() throws Exception {
        var written = new ByteArrayOutputStream();
        var view = new JsonView(new PrintStream(written, true, StandardCharsets.UTF_8));
        List<VmDemoEvent> all =
                List.of(
                        new VmDemoEvent.Preparing("fetching"),
                        new VmDemoEvent.Booted("tcg", Duration.ofSeconds(20)),
                        new VmDemoEvent.StepBegan("calm"),
                        new VmDemoEvent.Noted("asked for a permit"),
                        new VmDemoEvent.Wanted(LARGE, "6 units for memory"),
                        new VmDemoEvent.Resized(SMALL, LARGE),
                        new VmDemoEvent.CacheChanged(Bytes.ofMebibytes(309)),
                        new VmDemoEvent.PageServed("http://127.0.0.1:1/"),
                        SUMMARY.query(),
                        new VmDemoEvent.StepEnded(GROWTH));
        for (VmDemoEvent each : all) view.happened(Duration.ofSeconds(1), each);
        view.ended(SUMMARY);

        List<String> lines = written.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines).hasSize(all.size() + 1);
        for (String line : lines) assertThat(Json.parse(line)).isInstanceOf(Json.Obj.class);
        assertThat(lines.get(5))
                .isEqualTo(
                        "{\"event\":\"vm_resized\",\"at_ms\":1000,\"from_vcpus\":1.0,"
                                + "\"from_memory_bytes\":536870912,\"to_vcpus\":3.0,"
                                + "\"to_memory_bytes\":3221225472}");
        assertThat(lines.getLast())
                .contains("\"event\":\"summary\"", "\"failed_transactions\":0")
                .contains("\"cu_seconds\":120", "\"fixed_cu_seconds\":480");
    }

    @Test
    void everySizeOfTheVmIsWholeUnits() {
        MachineSizes scale = SCRIPT.scale();
        assertThat(scale.of(scale.max())).isEqualTo(SCRIPT.max());
        assertThat(scale.covering(SCRIPT.min())).isEqualTo(scale.min()).isEqualTo(2);
    }
}
