package dev.elastigres.monitor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.MetricsFormat;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Metrics from given contents of the kernel's files.
class MachineMetricsTest {
    @TempDir Path procfs;

    private void kernelSays(String file, String text) throws IOException {
        Path path = procfs.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private List<String> samples() {
        return samples(Optional.empty());
    }

    private List<String> samples(Optional<Path> cgroup) {
        var page = new MetricsWriter(MetricsFormat.TEXT);
        new MachineMetrics(new KernelReader(), procfs, procfs.resolve("meminfo"), cgroup)
                .write(page);
        return page.finish().lines().filter(line -> !line.startsWith("#")).toList();
    }

    @Test
    void countsTheKillsOfPostgresCgroup() throws Exception {
        kernelSays("vmstat", "oom_kill 7\n");
        kernelSays("pg/memory.events", "oom 3\noom_kill 2\noom_group_kill 0\n");
        assertThat(samples(Optional.of(procfs.resolve("pg"))))
                .containsOnlyOnce("host_memory_oom_kills_total 2");
        for (var cgroup : List.of(Optional.<Path>empty(), Optional.of(procfs.resolve("v1"))))
            assertThat(samples(cgroup)).containsOnlyOnce("host_memory_oom_kills_total 7");
    }

    @Test
    void omitsFiguresTheKernelDoesNotReport() {
        assertThat(samples()).isEmpty();
    }

    @Test
    void loads() throws Exception {
        kernelSays("loadavg", "0.50 1.25 10.00 3/512 4711\n");
        assertThat(samples())
                .containsExactly("host_load1 0.5", "host_load5 1.25", "host_load15 10");
    }

    @Test
    void memoryInBytes() throws Exception {
        kernelSays(
                "meminfo",
                """
                MemTotal:        1048576 kB
                MemAvailable:     524288 kB
                Cached:              512 kB
                SwapCached:            7 kB
                Active:               16 kB
                Active(anon):          9 kB
                SwapTotal:          2048 kB
                SwapFree:           1024 kB
                SReclaimable:        100 kB
                """);
        assertThat(samples())
                .containsExactly(
                        "host_memory_total_bytes 1073741824",
                        "host_memory_available_bytes 536870912",
                        "host_memory_cached_bytes 524288",
                        "host_memory_active_bytes 16384",
                        "host_memory_slab_reclaimable_bytes 102400",
                        "host_memory_swap_total_bytes 2097152",
                        "host_memory_swap_free_bytes 1048576",
                        "host_memory_swap_used_bytes 1048576");
    }

    @Test
    void ignoresTruncatedLine() throws Exception {
        kernelSays("meminfo", "MemTotal:  1048576 kB\nMemFree:  104");
        assertThat(samples()).containsExactly("host_memory_total_bytes 1073741824");
    }

    @Test
    void nonsenseIsLeftOut() throws Exception {
        kernelSays("meminfo", "MemTotal: much kB\nMemFree:\nCached: 1 kB\n");
        kernelSays("loadavg", "high 1.00 \n");
        assertThat(samples()).containsExactly("host_load5 1", "host_memory_cached_bytes 1024");
    }

    @Test
    void cpusThatAreSwitchedOn() throws Exception {
        kernelSays(
                "stat",
                """
                cpu  300 0 30 4000 7 0 1 2 0 0
                cpu0 100 0 10 2000 3 0 1 1 0 0
                cpu2 200 0 20 2000 4 0 0 1 0 0
                intr 12345 0 9
                btime 1700000000
                """);
        assertThat(samples())
                .contains(
                        "host_cpu_seconds_total{cpu=\"0\",mode=\"user\"} 1",
                        "host_cpu_seconds_total{cpu=\"0\",mode=\"io_wait\"} 0.03",
                        "host_cpu_seconds_total{cpu=\"2\",mode=\"idle\"} 20",
                        "host_cpu_seconds_total{cpu=\"2\",mode=\"steal\"} 0.01",
                        "host_logical_cpus 2",
                        "host_boot_time_seconds 1700000000")
                .hasSize(2 * 8 + 2);
    }

    @Test
    void eventsAndPressure() throws Exception {
        kernelSays("vmstat", "pswpin 3\npswpout 4\npgmajfault 5\noom_kill 1\n");
        kernelSays(
                "pressure/memory",
                """
                some avg10=1.53 avg60=0.00 avg300=0.00 total=2500000
                full avg10=0.00 avg60=0.00 avg300=0.00 total=500000
                """);
        // Older kernels have no "full" for CPUs.
        kernelSays("pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1000001\n");
        assertThat(samples())
                .containsExactly(
                        "host_memory_swapped_in_pages_total 3",
                        "host_memory_swapped_out_pages_total 4",
                        "host_memory_major_faults_total 5",
                        "host_memory_oom_kills_total 1",
                        "host_pressure_waiting_seconds_total{resource=\"cpu\"} 1.000001",
                        "host_pressure_waiting_seconds_total{resource=\"memory\"} 2.5",
                        "host_pressure_stalled_seconds_total{resource=\"memory\"} 0.5");
    }
}
