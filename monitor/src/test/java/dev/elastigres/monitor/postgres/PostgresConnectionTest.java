package dev.elastigres.monitor.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.elastigres.core.monitor.DatabaseState;
import dev.elastigres.testbed.PostgresPrograms;
import dev.elastigres.testbed.PostgresServer;
import dev.elastigres.testbed.PostgresServerOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresConnectionTest {
    private static final String SECRET = "correct-horse:battery\\staple";
    private static final ConnectionTimeouts GENEROUS =
            new ConnectionTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30));
    private static final ConnectionTimeouts TIGHT =
            new ConnectionTimeouts(Duration.ofSeconds(1), Duration.ofSeconds(1));

    private static PostgresServer server;

    @TempDir private Path home;

    @BeforeAll
    static void start() throws Exception {
        server =
                PostgresServer.start(
                        PostgresServerOptions.of(PostgresPrograms.embedded())
                                .withSetting("max_connections", "10")
                                .withPassword(SECRET));
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void logsInWithThePasswordOfTheEnvironment(boolean unix) throws Exception {
        try (var connection = open(unix, "", Map.of("PGPASSWORD", SECRET))) {
            assertThat(version(connection)).startsWith("PostgreSQL 17");
            assertThat(
                            connection.query(
                                    "ask",
                                    "SELECT application_name FROM pg_stat_activity"
                                            + " WHERE pid = pg_backend_pid()",
                                    row -> row.getString(1)))
                    .containsExactly("elastigres-monitor");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void logsInWithAPasswordFile(boolean unix) throws Exception {
        Path file = passwordFile("rw-------");
        try (var connection = open(unix, "", Map.of("PGPASSFILE", file.toString()))) {
            assertThat(version(connection)).startsWith("PostgreSQL 17");
        }
        try (var connection = open(unix, "passfile=" + file, Map.of())) {
            assertThat(version(connection)).startsWith("PostgreSQL 17");
        }
    }

    @Test
    void takesUrisToo() throws Exception {
        String password = SECRET.replace(":", "%3A").replace("\\", "%5C");
        for (String host :
                List.of("127.0.0.1", server.socketFolder().toString().replace("/", "%2F"))) {
            String uri =
                    "postgresql://postgres:%s@%s:%d/postgres?application_name=uri"
                            .formatted(password, host, server.port());
            try (var connection = PostgresConnection.open(parse(uri, Map.of()), GENEROUS)) {
                assertThat(version(connection)).startsWith("PostgreSQL 17");
                assertThat(connection.server()).endsWith(":" + server.port());
            }
        }
    }

    @Test
    void aWrongOrMissingPasswordIsARefusalThatQuotesNone() throws Exception {
        var wrong = refusal(false, "password=wrong-one", Map.of());
        assertThat(wrong.chain())
                .startsWith(
                        "cannot connect to database postgres at 127.0.0.1:" + server.port() + ": ")
                .contains("password authentication failed")
                .doesNotContain("wrong-one");

        assertThat(refusal(true, "", Map.of()).chain()).contains("password");

        Path open = passwordFile("rw-r--r--");
        assertThat(refusal(false, "passfile=" + open, Map.of()).chain())
                .contains("others than its owner may use it")
                .doesNotContain(SECRET);
    }

    @Test
    void reportsMissingServerAsDown() throws Exception {
        int port = server.port() == 9 ? 10 : 9;
        for (String host : List.of("127.0.0.1", home.toString())) {
            var target = parse("host=%s port=%d user=u".formatted(host, port), Map.of());
            var failure =
                    catchThrowableOfType(
                            PostgresException.class,
                            () -> PostgresConnection.open(target, GENEROUS));
            assertThat(failure).isInstanceOf(PostgresException.Down.class);
            assertThat(failure).hasMessage("cannot connect to database u at " + host + ":" + port);
            assertThat(failure.database(true))
                    .isEqualTo(new DatabaseState.Down(failure.chain()))
                    .extracting(DatabaseState::problem)
                    .asString()
                    .contains(": ");
        }
    }

    @Test
    void reportsMissingDatabaseAsRefusal() {
        assertThat(refusal(false, "dbname=nope", Map.of("PGPASSWORD", SECRET)).chain())
                .contains("database \"nope\" does not exist");
    }

    @Test
    void reportsExhaustedConnectionsAsRefusal() throws Exception {
        var all = new ArrayList<PostgresConnection>();
        try {
            var failure =
                    catchThrowableOfType(
                            PostgresException.class,
                            () -> {
                                while (all.size() < 11)
                                    all.add(open(true, "", Map.of("PGPASSWORD", SECRET)));
                            });
            assertThat(failure).isInstanceOf(PostgresException.Refusing.class);
            assertThat(failure.chain()).contains("too many clients");
        } finally {
            all.forEach(PostgresConnection::close);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void detectsHungServerWhileConnecting(boolean unix) throws Exception {
        server.freeze();
        try {
            var failure =
                    catchThrowableOfType(
                            PostgresException.class,
                            () ->
                                    PostgresConnection.open(
                                            target(unix, "", Map.of("PGPASSWORD", SECRET)), TIGHT));
            assertThat(failure).isInstanceOf(PostgresException.Hung.class);
            assertThat(failure).hasMessageEndingWith("within 1.0 s");
        } finally {
            server.thaw();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void detectsHungServerDuringStatement(boolean unix) throws Exception {
        var target = target(unix, "", Map.of("PGPASSWORD", SECRET));
        var limits = new ConnectionTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(1));
        try (var connection = PostgresConnection.open(target, limits)) {
            server.freeze();
            assertThatThrownBy(() -> version(connection))
                    .isInstanceOf(PostgresException.Hung.class)
                    .hasMessage("cannot ask on %s within 1.0 s".formatted(connection.server()));
            assertThat(connection.isOpen()).isFalse();
        } finally {
            server.thaw();
        }
    }

    @Test
    void aSlowStatementCostsNoConnection() throws Exception {
        var target = target(false, "", Map.of("PGPASSWORD", SECRET));
        var limits = new ConnectionTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(4));
        try (var connection = PostgresConnection.open(target, limits)) {
            assertThatThrownBy(
                            () ->
                                    connection.query(
                                            "sleep",
                                            "SELECT pg_sleep(60)",
                                            row -> row.getString(1)))
                    .isInstanceOf(PostgresException.Hung.class);
            assertThat(connection.isOpen()).isTrue();
            assertThat(version(connection)).startsWith("PostgreSQL 17");
        }
    }

    @Test
    void aTimeoutEndsWithItsStatement() throws Exception {
        try (var connection = open(false, "", Map.of("PGPASSWORD", SECRET))) {
            assertThat(timeout(connection)).isEqualTo("24s");
            assertThatThrownBy(() -> connection.query("ask", "SELECT 1/0", row -> row.getInt(1)))
                    .isInstanceOf(PostgresException.Refusing.class);
            // A statement that is alone in its message shows the session's setting.
            String raise =
                    """
                    DO $$ BEGIN RAISE 'left: %, %', current_setting('statement_timeout'), (
                        SELECT count(*) FROM pg_settings WHERE source = 'session'); END $$""";
            assertThatThrownBy(() -> connection.execute("ask", raise))
                    .rootCause()
                    .hasMessageContaining("left: 0, 0");
        }
    }

    private static String timeout(PostgresConnection connection) throws PostgresException {
        String sql = "SELECT current_setting('statement_timeout')";
        return connection.query("ask", sql, row -> row.getString(1)).getFirst();
    }

    @Test
    void theShorterConnectTimeoutWins() throws Exception {
        server.freeze();
        try {
            var target = target(false, "connect_timeout=1", Map.of("PGPASSWORD", SECRET));
            assertThatThrownBy(() -> PostgresConnection.open(target, GENEROUS))
                    .isInstanceOf(PostgresException.Hung.class)
                    .hasMessageEndingWith("within 1.0 s");
        } finally {
            server.thaw();
        }
    }

    @Test
    void triesTheHostsInOrder() throws Exception {
        String hosts = "host=%s,127.0.0.1 port=%d,%2$d".formatted(home, server.port());
        try (var connection =
                PostgresConnection.open(
                        parse(hosts + " user=postgres", Map.of("PGPASSWORD", SECRET)), GENEROUS)) {
            assertThat(connection.server())
                    .isEqualTo("database postgres at 127.0.0.1:" + server.port());
        }
    }

    @Test
    void takesOnlyTheKindOfServerAskedFor() throws Exception {
        var environment = Map.of("PGPASSWORD", SECRET);
        for (String kind : List.of("any", "read-write", "primary"))
            open(false, "target_session_attrs=" + kind, environment).close();
        for (String kind : List.of("read-only", "standby"))
            assertThat(refusal(false, "target_session_attrs=" + kind, environment))
                    .hasMessageContaining("is not " + kind);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void interruptingItsVirtualThreadCutsAStatement(boolean unix) throws Exception {
        var connection = open(unix, "", Map.of("PGPASSWORD", SECRET));
        var started = new CountDownLatch(1);
        var outcome =
                new FutureTask<>(
                        () ->
                                catchThrowableOfType(
                                        PostgresException.class,
                                        () -> {
                                            started.countDown();
                                            connection.execute("sleep", "SELECT pg_sleep(25)");
                                        }));
        Thread thread = Thread.ofVirtual().start(outcome);
        assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();

        assertThat(outcome.get(20, TimeUnit.SECONDS)).isInstanceOf(PostgresException.Down.class);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void leavesNoThreadsOfTheDriver() throws Exception {
        open(false, "", Map.of("PGPASSWORD", SECRET)).close();
        open(true, "", Map.of("PGPASSWORD", SECRET)).close();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.contains("connection thread") || name.contains("Timer"));
    }

    private static String version(PostgresConnection connection) throws PostgresException {
        return connection.query("ask", "SELECT version()", row -> row.getString(1)).getFirst();
    }

    private PostgresConnection open(boolean unix, String more, Map<String, String> environment)
            throws PostgresException {
        return PostgresConnection.open(target(unix, more, environment), GENEROUS);
    }

    private PostgresException refusal(boolean unix, String more, Map<String, String> environment) {
        var failure =
                catchThrowableOfType(
                        PostgresException.class, () -> open(unix, more, environment).close());
        assertThat(failure).isInstanceOf(PostgresException.Refusing.class);
        return failure;
    }

    private ConnectionString target(boolean unix, String more, Map<String, String> environment) {
        String host = unix ? server.socketFolder().toString() : server.host();
        return parse(
                "host=%s port=%d user=postgres %s".formatted(host, server.port(), more),
                environment);
    }

    private ConnectionString parse(String text, Map<String, String> environment) {
        var all = new HashMap<>(environment);
        all.put("HOME", home.toString());
        return ConnectionString.parse(text, all);
    }

    private Path passwordFile(String permissions) throws Exception {
        String escaped = SECRET.replace("\\", "\\\\").replace(":", "\\:");
        Path file =
                Files.writeString(home.resolve("passwords"), "*:*:*:postgres:" + escaped + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
