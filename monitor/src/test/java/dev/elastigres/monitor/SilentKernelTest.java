package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.monitor.watch.FakeKernelTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Kernel files that never answer, like those of a hung FUSE file system, imitated by a FIFO
/// without a writer.
class SilentKernelTest {
    /// Takes a second on an idle machine.
    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir Path folder;
    private FakeKernelTree tree;

    @BeforeEach
    void calm() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).cpus(2).usage(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"adaptive", "fixed"})
    void unresponsiveUsageFileDelaysNothing(String sampling) throws Exception {
        silence(tree.cgroup().resolve("memory.stat"));
        try (var process = start("--sampling", sampling)) {
            HostPort address = process.address();
            try (var agent = TestAgent.greetV11(address)) {
                awaitUnready(address, "memory usage is unknown: cgroup ");
                assertThat(agent.askHealth(2).next().text())
                        .contains("\"ready\":false")
                        .contains("memory usage is unknown: cgroup " + tree.cgroup());
                WireMessage refusal = agent.askDownscale(4, 512).next();
                assertThat(refusal.ok()).isFalse();
                assertThat(refusal.status()).endsWith("pg does not answer");
                assertThat(agent.announce(6, 1024).next().type()).isEqualTo("UpscaleConfirmation");
                String metrics = TestMonitor.get(address, "/metrics").body();
                assertThat(metrics)
                        .contains("elastigres_monitor_ready 0\n", "memory_usage_known 0\n");
                assertThat(TestMonitor.get(address, "/healthz").code()).isEqualTo(200);
            }
            ends(process);
            assertThat(process.errors())
                    .contains("memory usage is unknown, downscales are refused");
        }
    }

    @Test
    void allThatIsReadMayFallSilent() throws Exception {
        try (var process = start("--cpu-demand", "on")) {
            HostPort address = process.address();
            await("ready", () -> TestMonitor.get(address, "/readyz").code() == 200);
            for (String file :
                    List.of(
                            "meminfo",
                            "stat",
                            "pg/memory.stat",
                            "pg/memory.events",
                            "pg/memory.pressure",
                            "pg/cpu.pressure")) silence(folder.resolve(file));
            awaitUnready(address, "the memory's total is unknown: ");
            awaitUnready(address, "memory usage is unknown: ");
            awaitUnready(address, "memory.events or memory.pressure does not answer");
            awaitUnready(address, "pg/cpu.pressure does not answer");
            try (var agent = TestAgent.greet(address)) {
                agent.checkHealth(2);
                // The answer requires the number of CPUs.
                assertThat(agent.announce(4, 1024).next().type()).isEqualTo("UpscaleConfirmation");
                assertThat(agent.askDownscale(6, 512).next().ok()).isFalse();
                TestMonitor.get(address, "/metrics");
                TestMonitor.get(address, "/status");
                agent.checkHealth(8);
            }
            ends(process);
        }
    }

    @Test
    void aTotalThatDoesNotAnswerIsOneLineAndExitCodeOne() throws Exception {
        silence(folder.resolve("meminfo"));
        try (var process = start("--log-level", "error")) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.errors().lines())
                    .containsExactly(
                            "elastigres monitor: "
                                    + folder.resolve("meminfo")
                                    + " does not answer");
        }
    }

    private TestMonitorProcess start(String... more) throws Exception {
        var flags =
                new ArrayList<>(
                        List.of(
                                "--addr",
                                "127.0.0.1:0",
                                "--cgroup",
                                "pg",
                                "--path.cgroup",
                                folder.toString(),
                                "--path.procfs",
                                folder.toString()));
        flags.addAll(List.of(more));
        return TestMonitorProcess.start(flags.toArray(String[]::new));
    }

    private static void awaitUnready(HostPort address, String problem) throws Exception {
        await(
                problem,
                () ->
                        TestMonitor.get(address, "/readyz")
                                        instanceof TestMonitor.MonitorPage(int code, String body)
                                && code == 503
                                && body.contains(problem));
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        Await.until(what, condition);
    }

    private static void ends(TestMonitorProcess process) throws Exception {
        long told = System.nanoTime();
        process.terminate();
        assertThat(process.exitCode()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(SOON);
    }

    private void silence(Path file) throws Exception {
        Path fifo = folder.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        Files.move(fifo, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
