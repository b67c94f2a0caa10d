package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.TestAgent.CloseFrame;
import dev.elastigres.monitor.watch.FakeKernelTree;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The monitor as its operator sees it: one line, an address, an exit code.
class MonitorProcessTest {
    @TempDir Path folder;
    private FakeKernelTree tree;

    @BeforeEach
    void calm() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(200);
    }

    @Test
    void servesAnAgentFromTheHandshakeToItsRequestForMore() throws Exception {
        try (var process = TestMonitorProcess.start(flags("127.0.0.1:0"))) {
            var address = process.address();
            // Deployed monitors exit on these.
            for (String offer : List.of("{\"min\":50,\"max\":90}", "{\"min\":3,\"max\":1}"))
                try (var stranger = TestAgent.connect(address)) {
                    assertThat(stranger.send(offer).next().error()).isNotBlank();
                    assertThat(stranger.closeFrame().code()).isEqualTo(1002);
                }
            try (var agent = TestAgent.connect(address)) {
                agent.send("{\"min\":1,\"max\":1}");
                assertThat(agent.nextFrame().text()).isEqualTo("{\"version\":1}");
                agent.checkHealth(2);

                WireMessage below = agent.askDownscale(4, 250).next();
                assertThat(below.id()).isEqualTo("4");
                assertThat(below.ok()).isFalse();
                assertThat(below.status()).isNotBlank();
                // Refused too until there are enough samples.
                WireMessage above = agent.askDownscale(6, 4096).next();
                while (!above.ok()) above = agent.askDownscale(6, 4096).next();

                tree.usage(900);
                assertThat(agent.nextFrame().text())
                        .isEqualTo("{\"type\":\"UpscaleRequest\",\"id\":3}");
            }
            process.terminate();
            assertThat(process.output()).as("nothing but its one line").isEmpty();
        }
    }

    @Test
    void exitsWithCodeZeroOnTermination() throws Exception {
        try (var process = TestMonitorProcess.start(flags("127.0.0.1:0"));
                var agent = TestAgent.greet(process.address())) {
            agent.checkHealth(2);
            long told = System.nanoTime();
            process.terminate();
            CloseFrame closeFrame = agent.closeFrame();
            assertThat(closeFrame.code()).isEqualTo(1001);
            assertThat(closeFrame.reason()).isEqualTo("the monitor is shutting down");
            assertThat(process.exitCode()).isZero();
            // Takes a second on an idle machine.
            assertThat(Duration.ofNanos(System.nanoTime() - told))
                    .isLessThan(Duration.ofSeconds(10));
            assertThat(process.errors())
                    .contains("\"message\":\"stopping\"")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void anAgentThatDoesNotListenDoesNotDelayTheEnd() throws Exception {
        try (var process = TestMonitorProcess.start(flags("127.0.0.1:0"))) {
            var address = process.address();
            try (var _ = TestAgent.greet(address);
                    var _ = TestAgent.connect(address);
                    var _ = TestAgent.dial(address)) {
                long told = System.nanoTime();
                process.terminate();
                assertThat(process.exitCode()).isZero();
                assertThat(Duration.ofNanos(System.nanoTime() - told))
                        .isLessThan(Duration.ofSeconds(10));
            }
        }
    }

    @Test
    void aMistypedFlagIsAnsweredByTheOneMeant() throws Exception {
        try (var process = TestMonitorProcess.start("--cgroup-overhed", "0.1")) {
            assertThat(process.exitCode()).isEqualTo(2);
            assertThat(process.errors().lines())
                    .singleElement()
                    .asString()
                    .contains("--cgroup-overhed", "--cgroup-overhead");
            assertThat(process.output()).isEmpty();
        }
    }

    @Test
    void anAddressInUseIsOneLineAndExitCodeOne() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            try (var process = TestMonitorProcess.start(flags(address, "--log-level", "error"))) {
                assertThat(process.exitCode()).isEqualTo(1);
                assertThat(process.errors().lines()).singleElement().asString().contains(address);
            }
        }
    }

    @Test
    void anUnreadableTotalIsOneLineAndExitCodeOne() throws Exception {
        Files.delete(folder.resolve("meminfo"));
        try (var process = TestMonitorProcess.start(flags("127.0.0.1:0", "--log-level", "error"))) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.errors().lines())
                    .singleElement()
                    .asString()
                    .contains("meminfo", "no such file");
        }
    }

    /// Postgres may start later, so the monitor runs, and reports why it is not ready.
    @ParameterizedTest
    @CsvSource({"--pgdata, /nope, no Postgres runs in /nope", "--pgpid, 4194303, process 4194303"})
    void logsMissingPostgres(String flag, String value, String reason) throws Exception {
        try (var process = TestMonitorProcess.start("--addr", "127.0.0.1:0", flag, value)) {
            assertThat(process.address().port()).isPositive();
            Await.until(
                    "a line in the log",
                    () -> process.errors().contains("memory usage is unknown"),
                    process::errors);
            assertThat(process.errors()).contains("\"level\":\"warn\"", reason);
        }
    }

    private String[] flags(String address, String... more) {
        var flags =
                new ArrayList<>(
                        List.of(
                                "--addr",
                                address,
                                "--cgroup",
                                "pg",
                                "--path.cgroup",
                                folder.toString(),
                                "--path.procfs",
                                folder.toString()));
        flags.addAll(Arrays.asList(more));
        return flags.toArray(String[]::new);
    }
}
