package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.postgres.ConnectionString;
import dev.elastigres.monitor.postgres.ConnectionTimeouts;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.monitor.postgres.PostgresException;
import dev.elastigres.monitor.watch.FakeKernelTree;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The role of `deploy/postgres` has the privileges that the monitor needs, and no others.
class RoleTest {
    private static final Path SQL = Path.of("../deploy/postgres/monitor-role.sql");
    private static final ConnectionTimeouts GENEROUS =
            new ConnectionTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30));

    @TempDir Path folder;
    private static PostgresServer server;
    private static ManagedPostgres postgres;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start(PostgresServerOptions.of(PostgresPrograms.embedded()));
        postgres = new ManagedPostgres(server, "effective_cache_size");
        postgres.run(Files.readString(SQL));
        postgres.run("CREATE TABLE customers (name text)");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void roleAllowsAllTheMonitorNeeds() throws Exception {
        var tree = new FakeKernelTree(folder).total(1024).usage(100);
        String target = postgres.connectionString("elastigres");
        try (var monitor = TestMonitor.start(tree, "--pgconnstr", target);
                var agent = monitor.agent()) {
            monitor.awaitSamples();
            monitor.awaitReady();
            assertThat(postgres.size()).isEqualTo(Bytes.ofMebibytes(768));
            assertThat(agent.askDownscale(2, 612).next().ok()).isTrue();
            assertThat(postgres.size()).isEqualTo(Bytes.ofMebibytes(384));
        }
    }

    @Test
    void roleReadsServerStatistics() throws Exception {
        try (var monitor = connect()) {
            for (String sql :
                    new String[] {
                        "SELECT count(*)::text FROM pg_stat_activity WHERE query IS NOT NULL",
                        "SELECT setting FROM pg_settings WHERE name = 'config_file'",
                        "SELECT pg_database_size('postgres')::text",
                    }) assertThat(monitor.query("look", sql, row -> row.getString(1))).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER SYSTEM SET shared_buffers = '1GB'",
                "ALTER SYSTEM SET archive_command = 'true'",
                "ALTER SYSTEM SET shared_preload_libraries = 'anything'",
                "ALTER SYSTEM RESET ALL",
                "SELECT * FROM customers",
                "CREATE TABLE mine (name text)",
                "CREATE ROLE another SUPERUSER",
                "ALTER ROLE elastigres SUPERUSER",
                "COPY (SELECT 1) TO PROGRAM 'true'",
                "COPY customers FROM '/etc/passwd'",
                "SELECT pg_read_file('/etc/passwd')",
                "SELECT pg_promote()",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'",
            })
    void roleDeniesEverythingElse(String sql) throws Exception {
        try (var another = postgres.connect();
                var monitor = connect()) {
            assertThat(another.isOpen()).isTrue();
            assertThatThrownBy(() -> monitor.execute("do harm", sql))
                    .isInstanceOf(PostgresException.class)
                    .rootCause()
                    .hasMessageContaining("permission denied");
        }
    }

    private static PostgresConnection connect() throws PostgresException {
        String target = postgres.connectionString("elastigres");
        return PostgresConnection.open(ConnectionString.parse(target, Map.of()), GENEROUS);
    }
}
