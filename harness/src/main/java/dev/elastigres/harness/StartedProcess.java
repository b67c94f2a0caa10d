package dev.elastigres.harness;

import dev.elastigres.testbed.process.OrphanReaper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A child process that has reported that it is ready.
///
/// @param line in which it reported so
/// @param after time from the start of the process to that line
public record StartedProcess(Process process, String line, Duration after)
        implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

    /// @param ready recognises that line
    public static StartedProcess run(
            List<String> command, Map<String, String> environment, Predicate<String> ready)
            throws HarnessException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("PG") || name.startsWith("ELASTIGRES_"));
        builder.environment().putAll(environment);
        long begun = System.nanoTime();
        try {
            Process process = builder.start();
            OrphanReaper.watch(process.toHandle(), "TERM");
            var lines = new ArrayBlockingQueue<StartedProcess>(1);
            // A blocking read of a pipe pins the carrier of a virtual thread, and carriers are
            // few.
            Thread.ofPlatform()
                    .daemon()
                    .name("output")
                    .start(() -> read(process, begun, ready, lines));
            StartedProcess started = lines.poll(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (started != null && ready.test(started.line)) return started;
            ProcessTermination.of(process, STOP_TIMEOUT);
            throw new HarnessException(
                    "%s does not start: %s"
                            .formatted(
                                    command.getFirst(),
                                    started == null ? "no output" : started.line));
        } catch (IOException e) {
            throw new HarnessException("cannot run " + command.getFirst(), e);
        }
    }

    /// Reads the output to its end, so that a full pipe never blocks the process.
    private static void read(
            Process process,
            long begun,
            Predicate<String> ready,
            ArrayBlockingQueue<StartedProcess> to) {
        String last = "it ended without output";
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Duration after = Duration.ofNanos(System.nanoTime() - begun);
                last = line;
                if (ready.test(line)) to.offer(new StartedProcess(process, line, after));
            }
        } catch (IOException _) {
            // The process is being stopped.
        }
        to.offer(new StartedProcess(process, last, Duration.ZERO));
    }

    /// Sends SIGTERM and waits until the process has ended.
    ///
    /// @throws HarnessException if it does not end in time, or not with exit code 0
    public void stop(Duration timeout) throws HarnessException, InterruptedException {
        process.destroy();
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0)
            throw new HarnessException("the process does not stop cleanly");
    }

    @Override
    public void close() {
        ProcessTermination.of(process, STOP_TIMEOUT);
    }
}
