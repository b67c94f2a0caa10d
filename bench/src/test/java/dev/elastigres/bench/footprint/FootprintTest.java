package dev.elastigres.bench.footprint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.bench.footprint.FootprintBenchRow.FootprintState;
import dev.elastigres.bench.footprint.FootprintBenchRow.FootprintSubject;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.StartedProcess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class FootprintTest {
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {"--seconds 1", "--seconds 99999", "--seconds x", "--starts 0", "--no", "x"})
    void wrongUsageIsTwo(String line) {
        var command =
                new CommandLine(new FootprintCommand()).setErr(new PrintWriter(new StringWriter()));
        assertThat(command.execute(line.split(" ", -1))).isEqualTo(2);
    }

    @Test
    void aRowIsOneObject() {
        var row =
                new FootprintBenchRow(
                        FootprintSubject.NODE_EXPORTER,
                        FootprintState.SERVED,
                        new ProcessMemory(33 << 20, 31 << 20, (18 << 20) + (1 << 19), 7),
                        0.126,
                        Duration.ofMillis(12),
                        20_971_520);
        assertThat(row.json())
                .isEqualTo(
                        "{\"bench\":\"footprint\",\"what\":\"node-exporter\",\"state\":\"served\","
                                + "\"rss_mb\":33.0,\"pss_mb\":31.0,\"anon_mb\":18.5,\"threads\":7,"
                                + "\"cpu_percent\":0.13,\"listen_ms\":12,\"installed_mb\":20.0}");
        assertThat(row.text()).hasSameSizeAs(row.head());
    }

    @Test
    void readsMemoryAsReportedByKernel() throws Exception {
        String rollup =
                """
                55d-7ff ---p 00000000 00:00 0 [rollup]
                Rss:    2048 kB
                Pss:    1024 kB
                Pss_Anon:   1 kB
                Anonymous:     512 kB
                """;
        assertThat(ProcessMemory.from(rollup, "Name:\tjava\nThreads:\t17\n"))
                .isEqualTo(new ProcessMemory(2 << 20, 1 << 20, 1 << 19, 17));
        assertThatThrownBy(() -> ProcessMemory.from("", "Threads:\t1\n"))
                .isInstanceOf(HarnessException.class)
                .hasMessageContaining("Rss");
    }

    @Test
    void ourOwnMemoryCanBeRead() throws Exception {
        ProcessMemory own = ProcessMemory.of(ProcessHandle.current().pid());
        assertThat(own.resident()).isGreaterThan(1 << 20).isGreaterThanOrEqualTo(own.anonymous());
        assertThat(own.threads()).isGreaterThan(1);
    }

    @Test
    void timesProcessUntilItReportsReady() throws Exception {
        var command = List.of("sh", "-c", "echo other; echo ready 7; exec sleep 100");
        try (var started = StartedProcess.run(command, Map.of(), it -> it.startsWith("ready"))) {
            assertThat(started.line()).isEqualTo("ready 7");
            assertThat(started.after()).isPositive();
            assertThat(started.process().isAlive()).isTrue();
        }
    }

    @Test
    void reportsLastOutputOfProcessThatEndsEarly() {
        var command = List.of("sh", "-c", "echo first; echo no such thing >&2; exit 1");
        assertThatThrownBy(() -> StartedProcess.run(command, Map.of(), "ready"::equals))
                .isInstanceOf(HarnessException.class)
                .hasMessage("sh does not start: no such thing");
    }

    @Test
    void theExporterIsLookedForOnThePath() throws Exception {
        Path program = Files.writeString(folder.resolve("prometheus-node-exporter"), "");
        assertThat(NodeExporter.installed(Map.of("PATH", folder.toString())))
                .isNotEqualTo(Optional.of(new NodeExporter(program)));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(NodeExporter.installed(Map.of("PATH", "/nowhere:" + folder)))
                .contains(new NodeExporter(program));
    }
}
