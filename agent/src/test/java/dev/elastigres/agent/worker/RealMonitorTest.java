package dev.elastigres.agent.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.monitor.Main;
import dev.elastigres.testbed.process.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Workers with a real monitor, in a process of its own with fake kernel files.
class RealMonitorTest {
    private static final String LISTENS = "listening on 127.0.0.1:";

    @TempDir Path kernel;

    @Test
    void goesAsFarDownAsTheMonitorAgreesAndUpWhenItAsks() throws Exception {
        write("loadavg", "0.10 0.10 0.10 1/1 1\n");
        write("meminfo", "MemTotal: 8388608 kB\nMemAvailable: 8300000 kB\nCached: 0 kB\n");
        write("vmstat", "oom_kill 0\n");
        write("stat", "cpu  9 9 9 9\ncpu0 9 9 9 9\n");
        use(2000);
        HostPort pages = new HostPort("127.0.0.1", FreePorts.once());
        Process monitor = monitor(pages);
        try (var fleet = new TestFleet()) {
            var here = new HostPort("127.0.0.1", port(monitor));
            FakeHost.FakeVm vm =
                    fleet.host.boot(
                            "pg",
                            "1",
                            4,
                            VmEndpoints.at(
                                    Optional.of(here), Optional.of(pages), Optional.empty()));
            // Memory is needed; CPUs are not.
            fleet.awaitSize(vm, new Resources(0.25, Bytes.ofGibibytes(3)));
            fleet.awaitCount("pg", Transition.SHRINK_REFUSED_WITH_SIZE);
            assertThat(fleet.view("pg").monitorVersion()).contains(2);
            use(200);
            fleet.awaitUnits(vm, 1);
            use(900);
            var more = new Resources(0.25, Bytes.ofGibibytes(2));
            fleet.awaitSize(vm, more);
            fleet.awaitCount("pg", Transition.URGENT_REQUEST_WITH_SIZE);
            assertThat(fleet.fleet.bugs()).isZero();
            monitor.destroyForcibly().waitFor();
            fleet.awaitCount("pg", Transition.MONITOR_LOST);
            assertThat(vm.size).isEqualTo(more);
        } finally {
            monitor.destroyForcibly().waitFor();
        }
    }

    private Process monitor(HostPort pages) throws IOException {
        var builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName());
        builder.redirectError(kernel.resolve("monitor.log").toFile());
        builder.environment().clear();
        String root = kernel.toString();
        builder.environment()
                .putAll(
                        Map.of(
                                "ELASTIGRES_ADDR", "127.0.0.1:0",
                                "ELASTIGRES_CGROUP", "pg",
                                "ELASTIGRES_PATH_CGROUP", root,
                                "ELASTIGRES_PATH_PROCFS", root,
                                "ELASTIGRES_SAMPLING", "fixed",
                                "ELASTIGRES_MEMORY_SAMPLE_INTERVAL", "20ms",
                                "ELASTIGRES_METRICS_HOST_ADDR", pages.toString(),
                                "ELASTIGRES_METRICS_CACHE_ADDR", "off"));
        return builder.start();
    }

    private int port(Process monitor) throws IOException {
        String line = monitor.inputReader(UTF_8).readLine();
        if (line == null || !line.startsWith(LISTENS))
            throw new AssertionError(line + "\n" + Files.readString(kernel.resolve("monitor.log")));
        return Integer.parseInt(line.substring(LISTENS.length()));
    }

    /// Sets the memory that Postgres uses and the kernel cannot reclaim.
    private void use(long mebibytes) throws IOException {
        long bytes = mebibytes << 20;
        write(
                "pg/memory.stat",
                "anon %d\nfile 4096\ninactive_anon %d\nactive_anon %d\n"
                        .formatted(bytes, bytes / 4, bytes - bytes / 4));
    }

    /// Writes a file atomically, as the kernel does.
    private void write(String name, String text) throws IOException {
        Path file = kernel.resolve(name);
        Files.createDirectories(file.getParent());
        Path fresh = Files.writeString(kernel.resolve(".fresh"), text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
