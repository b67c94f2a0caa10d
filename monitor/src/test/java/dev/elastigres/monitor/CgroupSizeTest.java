package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.daemon.settings.UsageException;
import dev.elastigres.monitor.pods.FakeContainer;
import dev.elastigres.monitor.watch.FakeKernelTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A monitor of a Postgres whose size is the limits of its cgroup, on a host with other programs.
class CgroupSizeTest {
    private static final String CGROUP = "postgres.slice/pg.service";

    @TempDir Path folder;
    private FakeKernelTree host;

    @BeforeEach
    void use8GibMostOfThemByOthers() throws Exception {
        host =
                new FakeKernelTree(folder)
                        .meminfo(8 << 20, "MemAvailable: %d kB\n".formatted(1 << 20))
                        .cpus(4);
        Files.writeString(folder.resolve("uptime"), "1000.00 900.00\n");
    }

    private TestMonitor monitor() throws Exception {
        return TestMonitor.start(
                host,
                "--cgroup",
                CGROUP,
                "--size-source",
                "cgroup",
                "--metrics.host-addr",
                "127.0.0.1:0");
    }

    private FakeContainer postgres() throws Exception {
        return FakeContainer.in(folder.resolve(CGROUP));
    }

    @Test
    void theMetricsOfTheHostAreThoseOfTheCgroup() throws Exception {
        postgres().limit(1024).usage(300).cpuTime(8_000_000);
        try (TestMonitor monitor = monitor()) {
            monitor.awaitStatus("1073741824", "memory", "observed_bytes");
            String page = TestMonitor.get(monitor.hostMetricsAddress(), "/metrics").body();
            assertThat(page)
                    .contains("host_memory_total_bytes 1073741824\n")
                    .contains("host_memory_available_bytes " + (724L << 20) + "\n")
                    .contains("host_cpu_seconds_total{cpu=\"3\",mode=\"user\"} 2\n")
                    .contains("host_cpu_seconds_total{cpu=\"3\",mode=\"idle\"} 998\n");
        }
    }

    @Test
    void itsMemoryLimitIsAllThatItHas() throws Exception {
        FakeContainer postgres = postgres().limit(2048).usage(300);
        try (TestMonitor monitor = monitor();
                TestAgent agent = monitor.agent()) {
            monitor.awaitStatus(String.valueOf(2048L << 20), "memory", "observed_bytes");
            postgres.usage(1900);
            assertThat(agent.nextUpscaleRequest().type()).isEqualTo("UpscaleRequest");
        }
    }

    @Test
    void aPostgresThatStartsAfterItsMonitorIsWatched() throws Exception {
        try (TestMonitor monitor = monitor()) {
            monitor.awaitUnready("no such file");
            postgres().limit(1024).usage(300);
            monitor.awaitReady();
            monitor.awaitStatus("1073741824", "memory", "observed_bytes");
        }
    }

    @Test
    void aCgroupIsRequired() {
        assertThatThrownBy(
                        () ->
                                TestMonitor.config(
                                        Map.of(), "--size-source", "cgroup", "--pgdata", "/pg"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("size-source cgroup requires cgroup");
    }
}
