package dev.elastigres.testbed.kubernetes;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.process.ParentBoundProcess;
import dev.elastigres.testbed.process.ToolRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A program of the control plane, with its command line, log and process.
final class ControlPlaneComponent {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final int MAX_LOG_LINES = 12;

    private final String name;
    private final List<String> command;
    private final Path folder;
    private final BooleanSupplier ready;
    private @Nullable Process process;

    /// @param program path of the program
    /// @param arguments its arguments
    /// @param folder working folder, which contains the log
    /// @param ready returns whether the program answers requests
    ControlPlaneComponent(
            Path program, List<String> arguments, Path folder, BooleanSupplier ready) {
        this.name = program.getFileName().toString();
        this.folder = folder;
        this.ready = ready;
        command = new ArrayList<>(List.of(program.toString()));
        command.addAll(arguments);
    }

    Path log() {
        return folder.resolve(name + ".log");
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    void check() throws TestbedException {
        if (!isRunning()) throw failure("has ended");
    }

    long pid() {
        if (process == null) throw new IllegalStateException(name + " does not run");
        return process.pid();
    }

    /// Starts the process without waiting; [#awaitReady()] waits until it is ready.
    void launch() throws TestbedException {
        if (isRunning()) throw new IllegalStateException(name + " runs already");
        var builder =
                new ProcessBuilder(ParentBoundProcess.command(List.of(), "KILL", command))
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        // The programs would read settings, and a proxy, from the environment.
        builder.environment()
                .keySet()
                .removeIf(
                        it ->
                                it.startsWith("ETCD_")
                                        || it.toLowerCase(Locale.ROOT).endsWith("_proxy")
                                        || it.equals("KUBECONFIG"));
        process = ParentBoundProcess.start(name, builder);
    }

    void awaitReady() throws TestbedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!ready.getAsBoolean()) {
            if (process == null || ended(process, POLL)) throw failure("ended while starting");
            if (System.nanoTime() - deadline > 0)
                throw failure("is not ready after " + START_TIMEOUT.toSeconds() + " s");
        }
    }

    void start() throws TestbedException {
        launch();
        awaitReady();
    }

    /// Kills the process, like a power failure. Has no effect on a stopped program.
    void kill() throws TestbedException {
        if (process == null) return;
        process.destroyForcibly();
        if (!ended(process, STOP_TIMEOUT)) throw failure("is still alive after SIGKILL");
        process = null;
    }

    /// Suspends the process: the kernel still accepts connections, but the program does not answer.
    void freeze() throws TestbedException {
        ToolRunner.signal("STOP", List.of(pid()));
    }

    /// Resumes the process after [#freeze()].
    void thaw() throws TestbedException {
        ToolRunner.signal("CONT", List.of(pid()));
    }

    private boolean ended(Process process, Duration within) throws TestbedException {
        try {
            return process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while waiting for " + name, e);
        }
    }

    private TestbedException failure(String what) {
        return new TestbedException(
                "%s %s; the end of its log:%n%s".formatted(name, what, endOfLog()));
    }

    private String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(log());
            return String.join(
                    "\n", lines.subList(Math.max(0, lines.size() - MAX_LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(the log cannot be read: " + e.getMessage() + ")";
        }
    }
}
