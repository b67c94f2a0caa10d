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

/// A real Postgres for a while: on 127.0.0.1 and on a Unix socket, in a temporary folder that
/// [#close()] removes. It shuts down when this process dies, where the kernel can be asked for it.
/// Not for use by several threads at once.
public final class PostgresServer implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(10);

    private final ServerFiles cluster;

    /// Empty while the server is stopped.
    private @Nullable Process process;

    private PostgresServer(ServerFiles cluster) {
        this.cluster = cluster;
    }

    /// A new cluster, started and answering.
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

    /// The folder with the Unix socket, as libpq's `host`.
    public Path socketFolder() {
        return cluster.socketFolder();
    }

    public String superuser() {
        return ServerFiles.SUPERUSER;
    }

    public Path dataDirectory() {
        return cluster.data();
    }

    /// Where the server logs; gone after [#close()].
    public Path log() {
        return cluster.log();
    }

    /// The programs' folder is `distribution().bin()`.
    public PostgresPrograms distribution() {
        return cluster.options().distribution();
    }

    /// The postmaster's process id.
    public long pid() {
        return running().pid();
    }

    public boolean isRunning() {
        return process != null && process.isAlive();
    }

    /// Starts a stopped or killed server again, on the same data, port and socket.
    public void start() throws TestbedException {
        if (isRunning()) throw new IllegalStateException("the server runs already");
        Process started = launch();
        process = started;
        awaitReady(started);
    }

    /// Stops it in the fast mode; where that takes too long, without a checkpoint, then by force.
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

    /// Ends the postmaster and all its children at once, as the machine's failure would.
    public void kill() throws TestbedException {
        Process killed = process;
        if (killed == null) return;
        // Stopped first, so that it has no new children meanwhile.
        ToolRunner.signal("STOP", List.of(killed.pid()));
        List<Long> family = ToolRunner.family(killed.toHandle());
        ToolRunner.signal("KILL", family);
        if (!ended(killed))
            throw new TestbedException("the server " + killed.pid() + " survives its killing");
        // The next start fails while one of the children still holds the shared memory.
        for (long child : family) awaitEnd(child);
        process = null;
    }

    /// Stops all processes of the server where they are, as a machine that hangs would: connections
    /// are still taken by the kernel, and nothing is answered.
    public void freeze() throws TestbedException {
        ProcessHandle postmaster = running().toHandle();
        // The postmaster first: then there are no new children.
        ToolRunner.signal("STOP", List.of(postmaster.pid()));
        List<Long> family = ToolRunner.family(postmaster);
        ToolRunner.signal("STOP", family.subList(1, family.size()));
    }

    /// Undoes [#freeze()].
    public void thaw() throws TestbedException {
        if (!isRunning()) return;
        var family = new ArrayList<>(ToolRunner.family(running().toHandle()));
        Collections.reverse(family);
        ToolRunner.signal("CONT", family);
    }

    /// Ends the server and removes its folder. Can be called again.
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

    /// Postgres keeps its status in the last line of its pid file, for its own `pg_ctl`.
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

    /// Waits a little; true when the process ended meanwhile.
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
