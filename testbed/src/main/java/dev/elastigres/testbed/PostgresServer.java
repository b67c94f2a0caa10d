package dev.elastigres.testbed;

import dev.elastigres.testbed.process.ParentBoundProcess;
import dev.elastigres.testbed.process.ToolRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A temporary Postgres server on 127.0.0.1 and on a Unix socket. Its files are in a temporary
/// folder that [#close()] removes. The server shuts down when this process dies, if the kernel
/// supports it. Not thread-safe.
public final class PostgresServer implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(10);

    private final ServerFiles cluster;

    /// Null while the server is stopped.
    private @Nullable Process process;

    private PostgresServer(ServerFiles cluster) {
        this.cluster = cluster;
    }

    /// Creates a new cluster, starts it and waits until it is ready.
    public static PostgresServer start(PostgresServerOptions options) throws TestbedException {
        var server = new PostgresServer(ServerFiles.create(options));
        try {
            server.start();
            return server;
        } catch (TestbedException e) {
            try {
                server.close();
            } catch (TestbedException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return cluster.port();
    }

    /// Returns the folder of the Unix socket, as libpq's `host`.
    public Path socketFolder() {
        return cluster.socketFolder();
    }

    public String superuser() {
        return ServerFiles.SUPERUSER;
    }

    /// Returns libpq's connection string for the superuser over TCP, without the password.
    public String connectionString() {
        return connectionString(host());
    }

    /// Returns libpq's connection string for the superuser, without the password.
    ///
    /// @param host host, or folder of the Unix socket
    public String connectionString(String host) {
        return "host=%s port=%d user=%s dbname=postgres sslmode=disable"
                .formatted(host, port(), superuser());
    }

    public Path dataDirectory() {
        return cluster.data();
    }

    /// Returns the server's log file, which [#close()] removes.
    public Path log() {
        return cluster.log();
    }

    /// Returns the programs of the server; their folder is `distribution().bin()`.
    public PostgresPrograms distribution() {
        return cluster.options().distribution();
    }

    /// Returns the process ID of the postmaster.
    public long pid() {
        return running().pid();
    }

    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /// Starts a stopped or killed server again, with the same data, port and socket.
    public void start() throws TestbedException {
        if (isRunning()) throw new IllegalStateException("the server runs already");
        Process started = launch();
        process = started;
        awaitReady(started);
    }

    /// Stops the server in the fast mode. If that takes too long, it is stopped in the immediate
    /// mode, and then killed.
    public void stop() throws TestbedException {
        Process stopping = process;
        if (stopping == null) return;
        thaw();
        for (String signal : List.of("INT", "QUIT")) {
            ToolRunner.signal(signal, List.of(stopping.pid()));
            if (ended(stopping)) {
                process = null;
                return;
            }
        }
        kill();
    }

    public void restart() throws TestbedException {
        stop();
        start();
    }

    /// Kills the postmaster and all its children at once, like a failure of the machine.
    public void kill() throws TestbedException {
        Process killed = process;
        if (killed == null) return;
        // Suspended first, so that it starts no new children meanwhile.
        ToolRunner.signal("STOP", List.of(killed.pid()));
        List<Long> family = ToolRunner.family(killed.toHandle());
        ToolRunner.signal("KILL", family);
        if (!ended(killed))
            throw new TestbedException(
                    "the server " + killed.pid() + " is still alive after SIGKILL");
        // The next start fails while a child is still attached to the shared memory.
        for (long child : family) awaitEnd(child);
        process = null;
    }

    /// Suspends all processes of the server, like a machine that hangs: the kernel still accepts
    /// connections, but the server does not answer.
    public void freeze() throws TestbedException {
        ProcessHandle postmaster = running().toHandle();
        // The postmaster first, so that it starts no new children.
        ToolRunner.signal("STOP", List.of(postmaster.pid()));
        List<Long> family = ToolRunner.family(postmaster);
        ToolRunner.signal("STOP", family.subList(1, family.size()));
    }

    /// Resumes the server after [#freeze()].
    public void thaw() throws TestbedException {
        if (!isRunning()) return;
        var family = new ArrayList<>(ToolRunner.family(running().toHandle()));
        Collections.reverse(family);
        ToolRunner.signal("CONT", family);
    }

    /// Stops the server and removes its folder. Further calls have no effect.
    @Override
    public void close() throws TestbedException {
        try {
            stop();
        } finally {
            cluster.delete();
        }
    }

    private Process launch() throws TestbedException {
        var command =
                cluster.account()
                        .mortalCommand(
                                List.of(
                                        cluster.program("postgres").toString(),
                                        "-D",
                                        cluster.data().toString()));
        var log = ProcessBuilder.Redirect.appendTo(cluster.log().toFile());
        return ParentBoundProcess.start(
                distribution().name(),
                ToolRunner.builder(command).directory(cluster.home().toFile()).redirectOutput(log));
    }

    private void awaitReady(Process started) throws TestbedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!isReady(started.pid())) {
            if (pause(started)) throw failure("Postgres ended while starting");
            if (System.nanoTime() - deadline > 0)
                throw failure("Postgres is not ready after " + START_TIMEOUT.toSeconds() + " s");
        }
    }

    /// Reads the status from the last line of the pid file, where Postgres writes it for `pg_ctl`.
    private boolean isReady(long pid) throws TestbedException {
        try {
            List<String> lines = Files.readAllLines(cluster.data().resolve("postmaster.pid"));
            return lines.size() >= 8
                    && lines.getFirst().strip().equals(Long.toString(pid))
                    && lines.get(7).strip().equals("ready");
        } catch (NoSuchFileException _) {
            return false;
        } catch (IOException e) {
            throw new TestbedException("cannot read the state of the server", e);
        }
    }

    /// Waits briefly. Returns whether the process has ended.
    private static boolean pause(Process process) throws TestbedException {
        try {
            return process.waitFor(POLL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while waiting for Postgres", e);
        }
    }

    private static boolean ended(Process process) throws TestbedException {
        try {
            return process.waitFor(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while Postgres stops", e);
        }
    }

    private static void awaitEnd(long pid) throws TestbedException {
        try {
            var gone = ProcessHandle.of(pid).map(ProcessHandle::onExit);
            if (gone.isPresent()) gone.get().get(STOP_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while Postgres ends", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new TestbedException("the server's process " + pid + " does not end", e);
        }
    }

    private Process running() {
        if (process == null) throw new IllegalStateException("the server is stopped");
        return process;
    }

    private TestbedException failure(String what) {
        return new TestbedException(
                "%s (%s); the end of its log:%n%s"
                        .formatted(
                                what, cluster.options().distribution().name(), cluster.endOfLog()));
    }
}
