package dev.elastigres.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.testing.NeedsPackages;
import dev.elastigres.monitor.watch.FakeKernelTree;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Notifications of the monitor to a service manager, received at a real socket.
@NeedsPackages({"systemd", "perl"})
class ServiceManagerTest {
    /// Prints each received datagram.
    private static final String LISTENER =
            """
            use Socket;
            socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die $!;
            bind($s, pack_sockaddr_un($ARGV[0])) or die $!;
            $| = 1;
            print "bound\\n";
            while (defined recv($s, my $text, 4096, 0)) { print "$text\\n" if $text ne '' }
            """;

    @TempDir Path folder;

    @BeforeEach
    void calm() throws Exception {
        new FakeKernelTree(folder).total(1024).usage(200);
    }

    @Test
    void notifiesReadinessThenWatchdog() throws Exception {
        Path socket = folder.resolve("notify");
        Process listener = listen(socket);
        try (BufferedReader heard = listener.inputReader(UTF_8)) {
            assertThat(heard.readLine()).isEqualTo("bound");
            try (var process = start(socket, "300000")) {
                process.address();
                assertThat(next(heard, process)).isEqualTo("READY=1");
                for (int i = 0; i < 3; i++)
                    assertThat(next(heard, process)).isEqualTo("WATCHDOG=1");
                process.terminate();
                assertThat(process.exitCode()).isZero();
                assertThat(process.errors()).doesNotContain("cannot notify the service manager");
            }
        } finally {
            listener.destroyForcibly();
        }
    }

    @Test
    void logsUnreachableServiceManagerOnce() throws Exception {
        try (var process = start(folder.resolve("nobody"), "30000");
                var agent = TestAgent.greet(process.address())) {
            for (int id = 2; id < 40; id += 2) agent.checkHealth(id);
            process.terminate();
            assertThat(process.exitCode()).isZero();
            assertThat(
                            process.errors()
                                    .lines()
                                    .filter(
                                            line ->
                                                    line.contains(
                                                            "cannot notify the service manager")))
                    .hasSize(1);
        }
    }

    /// Returns the next notification of the monitor's state; skips barriers and similar messages.
    private static String next(BufferedReader heard, TestMonitorProcess process)
            throws IOException {
        String line = heard.readLine();
        while (line != null && !line.startsWith("READY=") && !line.startsWith("WATCHDOG="))
            line = heard.readLine();
        if (line == null) throw new AssertionError(process.errors());
        return line;
    }

    private static Process listen(Path socket) throws IOException {
        return new ProcessBuilder("perl", "-e", LISTENER, socket.toString())
                .redirectError(Redirect.INHERIT)
                .start();
    }

    private TestMonitorProcess start(Path socket, String watchdogMicros) throws IOException {
        return TestMonitorProcess.start(
                Map.of("NOTIFY_SOCKET", socket.toString(), "WATCHDOG_USEC", watchdogMicros),
                "--addr",
                "127.0.0.1:0",
                "--cgroup",
                "pg",
                "--path.cgroup",
                folder.toString(),
                "--path.procfs",
                folder.toString());
    }
}
