package dev.elastigres.testbed.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.testbed.TestbedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Runs `kubectl` as one user.
///
/// @param program path of `kubectl`
/// @param kubeconfig kubeconfig file of the user
/// @param cache folder of kubectl's discovery cache
public record Kubectl(Path program, Path kubeconfig, Path cache) {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    /// Result of a command.
    public record KubectlResult(int exitCode, String output, String errors) {
        public boolean isDone() {
            return exitCode == 0;
        }
    }

    /// Runs a command and returns its output.
    ///
    /// @throws TestbedException if the command fails; the message contains its errors
    public String run(String... arguments) throws TestbedException {
        return checked(tryRun("", arguments), arguments);
    }

    /// Applies manifests, YAML or JSON, by server-side apply. Conflicts are forced: fields of other
    /// managers are taken over.
    public String apply(String manifests) throws TestbedException {
        String[] arguments = {"apply", "--server-side", "--force-conflicts", "-f", "-"};
        return checked(tryRun(manifests, arguments), arguments);
    }

    /// Runs a command and returns its result, also if it fails.
    ///
    /// @param input standard input
    public KubectlResult tryRun(String input, String... arguments) throws TestbedException {
        var command =
                new ArrayList<>(
                        List.of(
                                program.toString(),
                                "--kubeconfig=" + kubeconfig,
                                "--cache-dir=" + cache));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(it -> it.startsWith("KUBE"));
        try {
            Process process = builder.start();
            // A read from a pipe pins the carrier of a virtual thread, and there are few carriers.
            try (var streams = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
                var output = streams.submit(() -> read(process.getInputStream()));
                var errors = streams.submit(() -> read(process.getErrorStream()));
                var _ = streams.submit(() -> write(process.getOutputStream(), input));
                try {
                    if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS))
                        throw new TestbedException(
                                "kubectl "
                                        + arguments[0]
                                        + " took longer than "
                                        + TIMEOUT.toSeconds()
                                        + " s");
                    return new KubectlResult(process.exitValue(), output.get(), errors.get());
                } finally {
                    process.destroyForcibly();
                }
            }
        } catch (IOException | ExecutionException e) {
            throw new TestbedException("cannot run kubectl " + arguments[0], e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted: kubectl " + arguments[0], e);
        }
    }

    private static String checked(KubectlResult result, String... arguments)
            throws TestbedException {
        if (result.isDone()) return result.output();
        throw new TestbedException(
                "kubectl %s failed: %s".formatted(arguments[0], result.errors().strip()));
    }

    private static String read(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), UTF_8);
    }

    private static void write(OutputStream stream, String text) {
        try (stream) {
            stream.write(text.getBytes(UTF_8));
        } catch (IOException _) {
            // The command ended without reading its input; its own error counts.
        }
    }
}
