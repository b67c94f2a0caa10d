package dev.elastigres.inspect.kubectl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Forwards a free port of the loopback address to a pod, by `kubectl port-forward`.
final class PodPortForward implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Pattern READY =
            Pattern.compile("Forwarding from (127\\.0\\.0\\.1:[0-9]+) -> .*");

    private final Process process;
    private final String address;

    private PodPortForward(Process process, String address) {
        this.process = process;
        this.address = address;
    }

    /// @param port name of a port of the pod
    /// @throws KubectlException with the last line of kubectl, if it does not forward
    static PodPortForward open(KubectlProgram kubectl, String namespace, String pod, String port)
            throws KubectlException, InterruptedException {
        var command = kubectl.command("port-forward");
        command.add("--namespace=" + namespace);
        command.add("--address=127.0.0.1");
        command.add("pod/" + pod);
        command.add(":" + port);
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new KubectlException("cannot start " + kubectl.program(), e);
        }
        try {
            return new PodPortForward(process, awaitReady(process));
        } catch (KubectlException | InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static String awaitReady(Process process)
            throws KubectlException, InterruptedException {
        // A read from a pipe pins the carrier of a virtual thread, and there are few carriers.
        var reader = Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
        try {
            return reader.submit(() -> address(process.inputReader()))
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KubectlException failure) throw failure;
            throw new KubectlException("cannot read the output of kubectl", e.getCause());
        } catch (TimeoutException _) {
            throw new KubectlException(
                    "kubectl port-forward took longer than " + TIMEOUT.toSeconds() + " s");
        } finally {
            reader.shutdownNow();
        }
    }

    /// Reads until the port is open.
    private static String address(BufferedReader output) throws KubectlException {
        String last = "no message";
        try {
            for (String line : (Iterable<String>) output.lines()::iterator) {
                Matcher ready = READY.matcher(line);
                if (ready.matches()) return ready.group(1);
                if (!line.isBlank()) last = line;
            }
        } catch (UncheckedIOException e) {
            throw new KubectlException("cannot read the output of kubectl", e);
        }
        throw new KubectlException("kubectl port-forward failed: " + last);
    }

    /// Returns the local address, such as `127.0.0.1:40233`.
    String address() {
        return address;
    }

    /// Returns the exit code of kubectl; empty while it runs. For tests.
    Optional<Integer> exitCode() {
        return process.isAlive() ? Optional.empty() : Optional.of(process.exitValue());
    }

    /// Waits until kubectl has ended. For tests.
    void awaitEnd() throws InterruptedException {
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
