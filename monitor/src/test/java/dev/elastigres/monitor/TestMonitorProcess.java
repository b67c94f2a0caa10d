package dev.elastigres.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.settings.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A monitor in a process of its own, with this test's class path.
final class TestMonitorProcess implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 60;

    private final Process process;
    private final BufferedReader output;
    private final Path errors;

    private TestMonitorProcess(Process process, Path errors) {
        this.process = process;
        this.output = process.inputReader(UTF_8);
        this.errors = errors;
    }

    static TestMonitorProcess start(String... flags) throws IOException {
        return start(Map.of(), flags);
    }

    /// @param environment the whole environment; metrics are switched off in addition, and
    ///     variables of this process are not inherited
    static TestMonitorProcess start(Map<String, String> environment, String... flags)
            throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx64m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
        command.addAll(List.of(flags));
        Path errors = Files.createTempFile("elastigres-monitor-", ".log");
        var builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().put("ELASTIGRES_METRICS_HOST_ADDR", "off");
        builder.environment().put("ELASTIGRES_METRICS_CACHE_ADDR", "off");
        builder.environment().putAll(environment);
        return new TestMonitorProcess(builder.start(), errors);
    }

    /// Reads the address from the first line, which is printed when the monitor listens.
    HostPort address() throws IOException {
        String line = nextLine();
        String prefix = "listening on 127.0.0.1:";
        if (!line.startsWith(prefix)) throw new AssertionError(line + "\n" + errors());
        return new HostPort("127.0.0.1", Integer.parseInt(line.substring(prefix.length())));
    }

    String nextLine() throws IOException {
        String line = output.readLine();
        if (line == null) throw new AssertionError("it ended: " + errors());
        return line;
    }

    /// Returns the remaining output, up to the end of the process.
    String output() throws IOException {
        return output.readAllAsString();
    }

    String errors() throws IOException {
        return Files.readString(errors);
    }

    /// Sends SIGTERM.
    void terminate() {
        // Destroying the handle instead of the process keeps the output readable.
        process.toHandle().destroy();
    }

    int exitCode() throws Exception {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS))
            throw new AssertionError("it runs on: " + errors());
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(errors);
    }
}
