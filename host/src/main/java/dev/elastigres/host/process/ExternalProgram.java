package dev.elastigres.host.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Runs an external program to its end within a timeout. The program's input is empty.
public record ExternalProgram(
        List<String> command, Map<String, String> environment, Duration timeout) {
    /// Maximum size of the kept output; the rest is read and dropped.
    private static final int MAX_OUTPUT = 1 << 20;

    /// Folders of administrative programs, which the PATH of users often lacks.
    private static final List<String> MORE_FOLDERS =
            List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

    public ExternalProgram {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    public static ExternalProgram of(Duration timeout, String... command) {
        return new ExternalProgram(List.of(command), Map.of(), timeout);
    }

    /// Returns the path of the program `name`; empty if it is not installed.
    public static Optional<Path> find(String name) {
        var folders =
                new ArrayList<String>(
                        List.of(
                                System.getenv()
                                        .getOrDefault("PATH", "/usr/bin:/bin")
                                        .split(":", -1)));
        folders.addAll(MORE_FOLDERS);
        return folders.stream()
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// The exit code and the output, standard output and standard error together.
    public record ProgramResult(int exitCode, String output) {
        /// Returns the last line that is not blank, for messages.
        public String lastLine() {
            return output.lines()
                    .filter(line -> !line.isBlank())
                    .reduce((_, last) -> last)
                    .orElse("no message");
        }
    }

    /// @throws ExternalProgramException if the program cannot be started, fails or exceeds the
    ///     timeout
    public String run() throws ExternalProgramException, InterruptedException {
        return run(_ -> {});
    }

    /// Like [#run()], and passes each line of the output to `lines` as it is written.
    public String run(Consumer<String> lines)
            throws ExternalProgramException, InterruptedException {
        ProgramResult result = tryRun(lines);
        if (result.exitCode() != 0) {
            throw new ExternalProgramException(
                    name() + " failed with code " + result.exitCode() + ": " + result.lastLine(),
                    null);
        }
        return result.output();
    }

    /// Like [#run(Consumer)], but returns the result of a program that fails.
    public ProgramResult tryRun(Consumer<String> lines)
            throws ExternalProgramException, InterruptedException {
        Process process = start();
        // A read from a pipe pins the carrier of a virtual thread, and there are few carriers.
        try (var reader = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            var output = reader.submit(() -> read(process.getInputStream(), lines));
            try {
                if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new ExternalProgramException(
                            name() + " took longer than " + timeout.toSeconds() + " s", null);
                }
                return new ProgramResult(process.exitValue(), output.get());
            } catch (ExecutionException e) {
                throw new ExternalProgramException("cannot read what " + name() + " says", e);
            } finally {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    private Process start() throws ExternalProgramException {
        Path program = find(command.getFirst()).orElse(Path.of(command.getFirst()));
        var full = new ArrayList<>(command);
        full.set(0, program.toString());
        try {
            var builder = new ProcessBuilder(full).redirectErrorStream(true);
            builder.redirectInput(Path.of("/dev/null").toFile());
            builder.environment().putAll(environment);
            return builder.start();
        } catch (IOException e) {
            throw new ExternalProgramException("cannot start " + name(), e);
        }
    }

    private static String read(InputStream stream, Consumer<String> lines) throws IOException {
        var kept = new StringBuilder();
        try (var reader =
                new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            for (String line : (Iterable<String>) reader.lines()::iterator) {
                lines.accept(line);
                if (kept.length() + line.length() < MAX_OUTPUT) kept.append(line).append('\n');
            }
        }
        return kept.toString();
    }

    private String name() {
        return Path.of(command.getFirst()).getFileName().toString();
    }
}
