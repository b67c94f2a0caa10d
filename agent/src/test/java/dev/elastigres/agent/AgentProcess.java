package dev.elastigres.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.settings.HostPort;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An agent in a process of its own, with this test's class path, on a host without VMs.
final class AgentProcess implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 60;
    private static final String PREFIX = "pages on 127.0.0.1:";

    private final Process process;
    private final BufferedReader output;
    private final Path errors;

    private AgentProcess(Process process, Path errors) {
        this.process = process;
        this.output = process.inputReader(UTF_8);
        this.errors = errors;
    }

    /// @param home directory for VMs and the log
    static AgentProcess start(Path home, String... flags) throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx64m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                Main.class.getName()));
        command.addAll(List.of(flags));
        Path errors = home.resolve("agent.log");
        var builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().put("HOME", home.toString());
        return new AgentProcess(builder.start(), errors);
    }

    /// Reads the address from the first line, which is printed when the agent listens.
    HostPort address() throws IOException {
        String line = output.readLine();
        if (line == null || !line.startsWith(PREFIX))
            throw new AssertionError(line + "\n" + errors());
        return new HostPort("127.0.0.1", Integer.parseInt(line.substring(PREFIX.length())));
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
    public void close() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
