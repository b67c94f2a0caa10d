package dev.elastigres.testbed.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A small Java process on the JDK and the class path of this process. Not thread-safe.
public class JavaProcess implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = 60;

    private static final List<String> SMALL_JVM =
            List.of(
                    "-Xmx64m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "--enable-native-access=ALL-UNNAMED");

    private final Process process;
    private final BufferedReader output;
    private final Path errors;

    /// Starts the process.
    ///
    /// @param main the main class
    /// @param arguments arguments of the main class
    /// @param environment the whole environment; variables of this process are not inherited
    /// @param errors file for standard error
    public JavaProcess(
            Class<?> main, List<String> arguments, Map<String, String> environment, Path errors)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(SMALL_JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectError(errors.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        process = builder.start();
        output = process.inputReader(StandardCharsets.UTF_8);
        this.errors = errors;
    }

    /// Returns the next line of standard output.
    ///
    /// @throws IOException if the output has ended; the message contains standard error
    public final String nextLine() throws IOException {
        String line = output.readLine();
        if (line == null) throw new IOException("the process has ended: " + errors());
        return line;
    }

    /// Reads the next line and returns the number that follows `prefix`.
    ///
    /// @throws IOException if the line does not start with `prefix`
    public final int number(String prefix) throws IOException {
        String line = nextLine();
        if (!line.startsWith(prefix))
            throw new IOException("\"%s\" expected: %s%n%s".formatted(prefix, line, errors()));
        return Integer.parseInt(line.substring(prefix.length()));
    }

    /// Returns the remaining standard output, up to the end of the process.
    public final String output() throws IOException {
        return output.readAllAsString();
    }

    /// Returns standard error so far.
    public final String errors() throws IOException {
        return Files.readString(errors);
    }

    /// Sends SIGTERM.
    public final void terminate() {
        // Destroying the handle instead of the process keeps the output readable.
        process.toHandle().destroy();
    }

    /// Waits for the end of the process and returns its exit code.
    ///
    /// @throws IOException if it has not ended after a minute
    public final int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS))
            throw new IOException("the process has not ended: " + errors());
        return process.exitValue();
    }

    /// Kills the process.
    @Override
    public void close() throws IOException {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
