package dev.elastigres.protocol.metrics;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.CpuUsage;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.units.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VmPagesTest {
    private static final String HOST =
            """
            # HELP host_load1 The 1m load average.
            # TYPE host_load1 gauge
            host_load1{collector="load",host="vm 1"} 0.25 1700000000000
            host_load5 1.5e0

            host_memory_total_bytes{collector="memory",} 1073741824
            host_memory_available_bytes 5.36870912e+08
            host_memory_cached_bytes 1024
            lfc_hits 12
            """;

    @Test
    void readsAHostsPage() throws Exception {
        assertThat(VmPages.host(HOST).metrics())
                .isEqualTo(
                        new HostMetrics(
                                0.25,
                                1.5,
                                Bytes.ofGibibytes(1),
                                Bytes.ofMebibytes(512),
                                Bytes.ofKibibytes(1),
                                new CpuFigures.Unavailable()));
    }

    @Test
    void computesCpuUsageFromTwoPages() throws Exception {
        HostPage before = VmPages.host(HOST + cpu(0, 100, 900) + cpu(1, 50, 950) + waiting(7));
        HostPage after = VmPages.host(HOST + cpu(0, 104, 901) + cpu(1, 51, 954) + waiting(8));
        assertThat(after.since(before).cpu())
                .isEqualTo(new CpuFigures.Measured(new CpuUsage(1, 0.2)));
    }

    @Test
    void aCpuThatWasSwitchedOnCountsLaterAndOneThatIsOffNotAnyMore() throws Exception {
        HostPage before = VmPages.host(HOST + cpu(0, 100, 900) + cpu(1, 50, 950) + waiting(7));
        HostPage after = VmPages.host(HOST + cpu(0, 104, 904) + cpu(2, 9000, 9) + waiting(7));
        assertThat(after.since(before).cpu())
                .isEqualTo(new CpuFigures.Measured(new CpuUsage(0.5, 0)));
    }

    @Test
    void reportsNoCpuUsageWithoutCountersOrAfterReboot() throws Exception {
        HostPage bare = VmPages.host(HOST);
        HostPage full = VmPages.host(HOST + cpu(0, 100, 900) + waiting(7));
        HostPage rebooted = VmPages.host(HOST + cpu(0, 1, 9) + waiting(0));
        assertThat(full.since(bare).cpu()).isEqualTo(new CpuFigures.Pending());
        assertThat(full.since(full).cpu()).isEqualTo(new CpuFigures.Pending());
        assertThat(rebooted.since(full).cpu()).isEqualTo(new CpuFigures.Pending());
        assertThat(bare.since(full).cpu()).isEqualTo(new CpuFigures.Unavailable());
        HostPage busy = VmPages.host(HOST + cpu(0, 101, 901));
        assertThat(busy.since(full).cpu()).isEqualTo(new CpuFigures.Unavailable());
    }

    @Test
    void firstPageShowsWhetherCpuUsageWillBeAvailable() throws Exception {
        assertThat(VmPages.host(HOST + cpu(0, 100, 900) + waiting(7)).metrics().cpu())
                .isEqualTo(new CpuFigures.Pending());
        assertThat(VmPages.host(HOST + cpu(0, 100, 900)).metrics().cpu())
                .isEqualTo(new CpuFigures.Unavailable());
    }

    @Test
    void seesThatTheKernelKilled() throws Exception {
        HostPage none = VmPages.host(HOST);
        HostPage one = VmPages.host(HOST + "host_memory_oom_kills_total 1\n");
        HostPage two = VmPages.host(HOST + "host_memory_oom_kills_total 2\n");
        assertThat(two.hasKilledSince(one)).isTrue();
        assertThat(one.hasKilledSince(two)).isFalse();
        assertThat(two.hasKilledSince(two)).isFalse();
        assertThat(one.hasKilledSince(none)).isFalse();
    }

    @Test
    void readsWindowsInAnyOrder() throws Exception {
        assertThat(VmPages.cache(window(120, 9) + window(60, 7) + window(180, 9)).pages())
                .containsExactly(7.0, 9.0, 9.0);
    }

    @Test
    void aHoleInTheWindowsIsNamed() {
        assertThatThrownBy(() -> VmPages.cache(window(60, 7) + window(180, 9)))
                .isInstanceOf(MetricsException.class)
                .hasMessageEndingWith("has no value for 2 minutes");
        assertThatThrownBy(() -> VmPages.cache(window(60, 7) + window(60, 9)))
                .hasMessageEndingWith("has 1 minutes twice");
        assertThatThrownBy(() -> VmPages.cache(window(90, 7))).hasMessageContaining(": 90");
        assertThatThrownBy(() -> VmPages.cache("")).hasMessageEndingWith("is missing");
    }

    @Test
    void aMissingOrDoubtfulFigureIsNamed() {
        assertThatThrownBy(() -> VmPages.host(HOST.replace("host_load5", "host_load15")))
                .isInstanceOf(MetricsException.class)
                .hasMessage("host_load5 is missing");
        assertThatThrownBy(() -> VmPages.host(HOST + "host_load5 1"))
                .hasMessage("host_load5 is given more than once");
        assertThatThrownBy(() -> VmPages.host(HOST.replace("0.25", "NaN")))
                .hasMessage("host_load1 is not a valid amount: NaN");
        assertThatThrownBy(() -> VmPages.host(HOST.replace("0.25", "-1")))
                .hasMessage("host_load1 is not a valid amount: -1.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "x one",
                "x 1d",
                "x 0x1p3",
                "x 1 2 3",
                "x 1 now",
                "1x 1",
                "{a=\"b\"} 1",
                "x{a} 1",
                "x{a=b} 1",
                "x{a=\"b} 1",
                "x{a=\"b\"",
                "x{a=\"b\",a=\"c\"} 1",
                "x{a=\"b\" c=\"d\"} 1",
                "x{a=\"\\t\"} 1",
                "<html>"
            })
    void reportsInvalidLineByNumber(String line) {
        assertThatThrownBy(() -> MetricsText.parse("# fine\n" + line + "\n"))
                .isInstanceOf(MetricsException.class)
                .hasMessageStartingWith("line 2 ");
    }

    @Test
    void aByteOrderMarkAndLineEndsOfWindowsDoNotCount() throws Exception {
        assertThat(VmPages.host("\ufeff" + HOST.replace("\n", "\r\n")).metrics())
                .isEqualTo(VmPages.host(HOST).metrics());
        String alone = "\ufeffhost_load1 0.25\n" + HOST.lines().skip(3).collect(joining("\n"));
        assertThat(VmPages.host(alone).metrics()).isEqualTo(VmPages.host(HOST).metrics());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node_exporter_build_info{version=\"1.8} 1",
                "{\"my.metric\",a=\"b\"} 1",
                "go_gc_duration_seconds 1 2 3",
                "host_load1_odd one",
                "host_load5:rate one",
                "x 0x1p3",
                "<html>",
                "}",
                "host_load"
            })
    void anOddLineCostsNoOther(String line) throws Exception {
        for (String page : List.of(line + "\n" + HOST, HOST + line))
            assertThat(VmPages.host(page).metrics()).isEqualTo(VmPages.host(HOST).metrics());
        assertThat(VmPages.cache(line + "\n" + window(60, 7)).pages()).containsExactly(7.0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host_load5",
                "host_load5{a=\"b} 1",
                "host_memory_total_bytes 1 2 3",
                "host_cpu_seconds_total{cpu=\"0\",mode=\"user\"} many",
                "host_memory_oom_kills_total\t-"
            })
    void anOddLineOfAMetricThatIsReadIsNamed(String line) {
        assertThatThrownBy(() -> VmPages.host(HOST + line))
                .isInstanceOf(MetricsException.class)
                .hasMessageStartingWith("line 10 ");
    }

    @Test
    void readsOpenMetrics() throws Exception {
        String page =
                """
                # TYPE host_load1 gauge
                # UNIT host_load1 ratio
                host_load1 0.25 1700000000.123
                host_load5{} 1.5 # {trace_id="a b # c"} 0.67 1700000000.5
                host_memory_total_bytes 1073741824 1.7e9 # {} 1
                host_memory_available_bytes{note="a # b"} 5.36870912e+08\t# {x="y"} 3
                host_memory_cached_bytes 1024
                queries_created 1700000000.1
                # EOF
                """;
        assertThat(VmPages.host(page).metrics()).isEqualTo(VmPages.host(HOST).metrics());
    }

    @Test
    void readsLabelsWithEscapes() throws Exception {
        assertThat(MetricsText.parse("a:b{c = \"d\\\"\\\\\\n\", } -Inf").samples())
                .singleElement()
                .satisfies(
                        it -> {
                            assertThat(it.name()).isEqualTo("a:b");
                            assertThat(it.labels()).containsEntry("c", "d\"\\\n").hasSize(1);
                            assertThat(it.value()).isEqualTo(Double.NEGATIVE_INFINITY);
                        });
    }

    /// Seconds of work, of two kinds, and of none, of three.
    private static String cpu(int cpu, int busy, int idle) {
        String mode = "host_cpu_seconds_total{cpu=\"%d\",mode=\"%s\"} %d%n";
        return mode.formatted(cpu, "user", busy - 1)
                + mode.formatted(cpu, "soft_irq", 1)
                + mode.formatted(cpu, "idle", idle - 2)
                + mode.formatted(cpu, "io_wait", 1)
                + mode.formatted(cpu, "steal", 1);
    }

    private static String waiting(int seconds) {
        return ("host_pressure_waiting_seconds_total{resource=\"cpu\"} %d%n"
                        + "host_pressure_waiting_seconds_total{resource=\"io\"} 1000%n")
                .formatted(seconds);
    }

    private static String window(int seconds, int pages) {
        return "lfc_approximate_working_set_size_windows{duration_seconds=\"%d\"} %d%n"
                .formatted(seconds, pages);
    }
}
