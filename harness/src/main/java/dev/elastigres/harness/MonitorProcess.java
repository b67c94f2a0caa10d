package dev.elastigres.harness;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.testbed.process.OrphanReaper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The monitor in a separate process, as in production, on the JDK and the code of this process.
public final class MonitorProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(3);
    private static final String LISTENING = "listening on ";
    private static final String MODULE = "dev.elastigres.monitor";

    private final Process process;
    private final Path log;
    private final List<String> startOutput;
    private final HostPort address;

    /// @param startOutput lines up to the one with its address
    private MonitorProcess(Process process, Path log, List<String> startOutput) {
        this.process = process;
        this.log = log;
        this.startOutput = startOutput.subList(0, startOutput.size() - 1);
        address = address(startOutput.getLast());
    }

    /// Starts a monitor on a free port of 127.0.0.1 and waits until it listens.
    ///
    /// @param log the file for its log
    /// @param flags of the monitor, except for its address; metrics are off unless flags enable
    ///     them
    /// @param environment additional variables; our own variables of Postgres and of the monitor
    ///     are removed
    public static MonitorProcess start(
            Path log, List<String> flags, Map<String, String> environment)
            throws MonitorConnectionException, InterruptedException {
        return start(command(), log, flags, environment);
    }

    /// Starts a monitor with another Java or other JVM options.
    ///
    /// @param java command that starts the monitor, without the monitor's own flags
    public static MonitorProcess start(
            List<String> java, Path log, List<String> flags, Map<String, String> environment)
            throws MonitorConnectionException, InterruptedException {
        var command = new ArrayList<>(java);
        command.addAll(List.of("--addr", "127.0.0.1:0"));
        command.addAll(flags);
        var builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("PG") || name.startsWith("ELASTIGRES_"));
        // The default metrics ports are fixed, and this machine may run exporters of its own.
        builder.environment().put("ELASTIGRES_METRICS_HOST_ADDR", "off");
        builder.environment().put("ELASTIGRES_METRICS_CACHE_ADDR", "off");
        builder.environment().putAll(environment);
        Process process = null;
        try {
            process = builder.start();
            OrphanReaper.watch(process.toHandle(), "TERM");
            process.getOutputStream().close();
            return new MonitorProcess(process, log, outputUntilItListens(process, log));
        } catch (IOException e) {
            end(process);
            throw new MonitorConnectionException("cannot run the monitor", e);
        } catch (MonitorConnectionException | InterruptedException e) {
            end(process);
            throw e;
        }
    }

    /// Returns a command whose process is as small as one of the packaged launcher.
    private static List<String> command() {
        return JavaCommand.command(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:-UsePerfData",
                        "-Xmx32m",
                        "-Xss256k",
                        JavaCommand.nativeAccess(MODULE)),
                MODULE,
                MODULE + ".Main");
    }

    private static HostPort address(String line) {
        int colon = line.lastIndexOf(':');
        return new HostPort(
                line.substring(LISTENING.length(), colon),
                Integer.parseInt(line.substring(colon + 1)));
    }

    private static List<String> outputUntilItListens(Process process, Path log)
            throws MonitorConnectionException, InterruptedException {
        var listens = new ArrayBlockingQueue<List<String>>(1);
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        // A blocking read of a pipe pins the carrier of a virtual thread, and carriers are few.
        Thread.ofPlatform()
                .daemon()
                .name("monitor-output")
                .start(() -> readOutput(output, listens));
        List<String> lines = listens.poll(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        if (lines == null)
            throw new MonitorConnectionException(
                    "the monitor does not listen after " + START_TIMEOUT.toSeconds() + " s");
        if (lines.isEmpty())
            throw new MonitorConnectionException("the monitor did not start: " + lastLine(log));
        return lines;
    }

    /// Hands over the lines up to the one with the address, or none if the output ends before it.
    /// What follows is read, too: a full pipe would block the process.
    private static void readOutput(BufferedReader output, Queue<List<String>> listens) {
        var lines = new ArrayList<String>();
        try {
            String line;
            while ((line = output.readLine()) != null) {
                lines.add(line);
                if (!line.startsWith(LISTENING) || !line.contains(":")) continue;
                listens.add(List.copyOf(lines));
                output.transferTo(Writer.nullWriter());
                return;
            }
        } catch (IOException _) {
            // As at its end: the process is gone.
        }
        listens.offer(List.of());
    }

    /// Returns the lines that the process wrote to its standard output before it listened, such as
    /// those of the JVM's logs.
    public List<String> startOutput() {
        return startOutput;
    }

    public HostPort address() {
        return address;
    }

    public long pid() {
        return process.pid();
    }

    public Path log() {
        return log;
    }

    /// Returns the newest line of its log, for messages.
    public String lastLine() {
        return lastLine(log);
    }

    private static String lastLine(Path log) {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> !line.isBlank()).reduce((_, last) -> last).orElse("no log");
        } catch (IOException | UncheckedIOException e) {
            return "its log cannot be read: " + e.getMessage();
        }
    }

    /// Sends SIGTERM and waits until the process has ended.
    ///
    /// @throws MonitorConnectionException if it does not end in time, or not with exit code 0
    public void stop(Duration timeout) throws MonitorConnectionException, InterruptedException {
        process.destroy();
        if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS))
            throw new MonitorConnectionException(
                    "the monitor does not stop within " + timeout.toSeconds() + " s");
        if (process.exitValue() != 0)
            throw new MonitorConnectionException(
                    "the monitor stopped with %d: %s".formatted(process.exitValue(), lastLine()));
    }

    /// Sends SIGTERM, and kills the process if it does not end in time.
    @Override
    public void close() {
        end(process);
    }

    private static void end(@Nullable Process process) {
        if (process != null) ProcessTermination.of(process, STOP_TIMEOUT);
    }
}
