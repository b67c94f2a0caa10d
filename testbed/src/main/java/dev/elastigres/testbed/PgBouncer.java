package dev.elastigres.testbed;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.testbed.process.FreePorts;
import dev.elastigres.testbed.process.OrphanReaper;
import dev.elastigres.testbed.process.ParentBoundProcess;
import dev.elastigres.testbed.process.ToolRunner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A PgBouncer in front of one Postgres, with a single server connection for each database and
/// user. It accepts all connections on 127.0.0.1 without authentication and ends with this process.
/// [#close()] removes its files.
public final class PgBouncer implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(10);

    private final Path folder;
    private final int port;
    private final Process process;

    /// When PgBouncer releases the server connection of a client.
    public enum PoolMode {
        SESSION,
        TRANSACTION,
        STATEMENT
    }

    private PgBouncer(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    /// Returns the program; empty if it is not installed.
    public static Optional<Path> program() {
        return List.of("/usr/sbin", "/usr/bin", "/usr/local/bin").stream()
                .map(bin -> Path.of(bin, "pgbouncer"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// Starts a PgBouncer and waits until it accepts connections.
    ///
    /// @param settings further lines of its section `[pgbouncer]`
    public static PgBouncer start(PostgresServer server, PoolMode mode, String... settings)
            throws TestbedException {
        Path program =
                program().orElseThrow(() -> new TestbedException("pgbouncer is not installed"));
        Path folder = null;
        try {
            ServerAccount account = ServerAccount.current();
            folder = Files.createTempDirectory("elastigres-pgbouncer-");
            OrphanReaper.watch(folder);
            int port = FreePorts.once();
            Path users = folder.resolve("users");
            Files.writeString(users, "\"%s\" \"\"\n".formatted(server.superuser()));
            Path configuration = folder.resolve("pgbouncer.ini");
            Files.writeString(
                    configuration,
                    configuration(server, mode, port, users) + String.join("\n", settings) + "\n");
            for (Path path : List.of(folder, users, configuration)) account.own(path);
            var log = ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile());
            Process process =
                    ParentBoundProcess.start(
                            "pgbouncer",
                            ToolRunner.builder(
                                            account.mortalCommand(
                                                    List.of(
                                                            program.toString(),
                                                            configuration.toString())))
                                    .redirectOutput(log));
            var started = new PgBouncer(folder, port, process);
            started.awaitConnections();
            return started;
        } catch (IOException e) {
            delete(folder);
            throw new TestbedException("cannot start pgbouncer", e);
        } catch (TestbedException e) {
            delete(folder);
            throw e;
        }
    }

    private static String configuration(
            PostgresServer server, PoolMode mode, int port, Path users) {
        return """
                [databases]
                * = host=%s port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = trust
                auth_file = %s
                pool_mode = %s
                default_pool_size = 1
                """
                .formatted(
                        server.host(),
                        server.port(),
                        port,
                        users,
                        mode.name().toLowerCase(Locale.ROOT));
    }

    private void awaitConnections() throws TestbedException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!takesConnections()) {
            boolean ended = waitFor(POLL);
            if (!ended && System.nanoTime() - deadline < 0) continue;
            String what = ended ? "pgbouncer ended while starting" : "pgbouncer does not start";
            process.destroyForcibly();
            throw new TestbedException(what + ": " + log());
        }
    }

    private boolean takesConnections() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private boolean waitFor(Duration time) throws TestbedException {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while waiting for pgbouncer", e);
        }
    }

    /// Returns its log.
    public String log() {
        try {
            return Files.readString(folder.resolve("log"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(the log cannot be read: " + e.getMessage() + ")";
        }
    }

    public int port() {
        return port;
    }

    /// Ends PgBouncer without waiting for its clients.
    @Override
    public void close() throws TestbedException {
        process.destroy();
        if (!waitFor(STOP_TIMEOUT)) process.destroyForcibly();
        delete(folder);
    }

    private static void delete(@Nullable Path folder) throws TestbedException {
        try {
            if (folder != null) FileTrees.delete(folder);
        } catch (IOException e) {
            throw new TestbedException("cannot remove " + folder, e);
        }
    }
}
