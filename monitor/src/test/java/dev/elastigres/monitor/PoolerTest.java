package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.testing.NeedsPackages;
import dev.elastigres.monitor.watch.FakeKernelTree;
import dev.elastigres.testbed.PgBouncer;
import dev.elastigres.testbed.PgBouncer.PoolMode;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A monitor whose connection string names a PgBouncer with one server connection.
@NeedsPackages("pgbouncer")
class PoolerTest {
    private static final String REFUSAL =
            " is behind a connection pooler: give the address of Postgres itself";

    private static PostgresServer server;

    @TempDir Path folder;
    private FakeKernelTree tree;

    @BeforeAll
    static void startServer() throws Exception {
        server = PostgresServer.start(PostgresServerOptions.of(PostgresPrograms.embedded()));
    }

    @AfterAll
    static void stopServer() throws Exception {
        if (server != null) server.close();
    }

    @BeforeEach
    void calm() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(100);
    }

    @Test
    void doesNotDisturbOtherClientsOfThePooler() throws Exception {
        var clients = new ArrayList<FutureTask<List<String>>>();
        try (var session = PgBouncer.start(server, PoolMode.SESSION);
                var transaction = PgBouncer.start(server, PoolMode.TRANSACTION);
                var statement = PgBouncer.start(server, PoolMode.STATEMENT);
                var one = monitor(session, "");
                var two = monitor(transaction, "");
                var three = monitor(statement, "")) {
            for (TestMonitor monitor : List.of(one, two, three)) monitor.awaitUnready(REFUSAL);
            for (PgBouncer pooler : List.of(session, transaction, statement)) {
                var client = new FutureTask<>(() -> askAndSleep(pooler));
                Thread.ofVirtual().start(client);
                clients.add(client);
            }
            for (var client : clients)
                assertThat(client.get(60, TimeUnit.SECONDS)).containsExactly("0", "slept");
        }
    }

    /// Meanwhile the monitors retry.
    private static List<String> askAndSleep(PgBouncer pooler) throws SQLException {
        String url = "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(pooler.port());
        try (Connection client = DriverManager.getConnection(url, "postgres", "")) {
            return List.of(
                    ask(client, "SHOW statement_timeout"),
                    ask(client, "SELECT 'slept' FROM pg_sleep(3)"));
        }
    }

    @ParameterizedTest
    @EnumSource(PoolMode.class)
    void aPoolerIsRefusedInOneLine(PoolMode mode) throws Exception {
        try (var pooler = PgBouncer.start(server, mode);
                var monitor = monitor(pooler, "")) {
            String place = "database postgres at 127.0.0.1:" + pooler.port();
            monitor.awaitUnready("Postgres refuses: " + place + REFUSAL);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ignore_startup_parameters = options"})
    void rejectsPoolerWithoutStartupParameters(String setting) throws Exception {
        try (var pooler = PgBouncer.start(server, PoolMode.TRANSACTION, setting);
                var monitor = monitor(pooler, " options='-c geqo=off'")) {
            monitor.awaitUnready(REFUSAL);
        }
    }

    @Test
    void acceptsDirectConnection() throws Exception {
        String target = "host=127.0.0.1 dbname=postgres user=postgres port=" + server.port();
        try (var monitor = TestMonitor.start(tree, "--pgconnstr", target)) {
            monitor.awaitReady();
        }
    }

    private TestMonitor monitor(PgBouncer pooler, String more) throws Exception {
        String target =
                "host=127.0.0.1 dbname=postgres user=postgres port=%d".formatted(pooler.port());
        return TestMonitor.start(tree, Map.of(), "--pgconnstr", target + more);
    }

    private static String ask(Connection client, String sql) throws SQLException {
        try (var statement = client.createStatement();
                var rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getString(1);
        }
    }
}
