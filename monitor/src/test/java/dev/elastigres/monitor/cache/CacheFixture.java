package dev.elastigres.monitor.cache;

import dev.elastigres.core.monitor.CacheRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.Await;
import dev.elastigres.monitor.postgres.ConnectionString;
import dev.elastigres.monitor.postgres.ConnectionTimeouts;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.monitor.postgres.PostgresException;
import dev.elastigres.testbed.PostgresServer;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;

/// A server for the tests of a class, with queries of the tests.
record CacheFixture(PostgresServer server) {
    static final Bytes MEMORY = Bytes.ofGibibytes(1);
    static final ConnectionTimeouts GENEROUS =
            new ConnectionTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30));
    static final ConnectionTimeouts TIGHT =
            new ConnectionTimeouts(Duration.ofMillis(700), Duration.ofMillis(700));

    /// Returns the configuration that writes each size at once.
    static FileCacheConfig config(ConnectionTimeouts limits) {
        return config(limits, Duration.ZERO);
    }

    static FileCacheConfig config(ConnectionTimeouts limits, Duration reloadDelay) {
        return new FileCacheConfig(
                CacheRules.DEFAULT,
                Bytes.MAX,
                limits,
                new ReconnectBackoff(Duration.ofMillis(20), Duration.ofMillis(200)),
                Duration.ofMillis(200),
                Duration.ofMillis(200),
                reloadDelay,
                false);
    }

    ConnectionString target(String user) {
        return ConnectionString.parse(
                "host=%s port=%d dbname=postgres user=%s"
                        .formatted(server.host(), server.port(), user),
                Map.of());
    }

    FileCache start(CachePolicy policy, RecordedReports reports) {
        return start(policy, config(GENEROUS), reports);
    }

    FileCache start(CachePolicy policy, FileCacheConfig config, Consumer<CacheReport> reports) {
        return new FileCache(target("postgres"), policy, config, reports).start();
    }

    void run(String... statements) throws PostgresException {
        try (var admin = PostgresConnection.open(target("postgres"), GENEROUS)) {
            for (String sql : statements) admin.execute("run " + sql, sql);
        }
    }

    /// Returns the single value of a statement, on a connection of its own.
    String ask(String sql) throws PostgresException {
        try (var admin = PostgresConnection.open(target("postgres"), GENEROUS)) {
            return admin.query("ask " + sql, sql, row -> String.valueOf(row.getString(1)))
                    .getFirst();
        }
    }

    String show(String setting) throws PostgresException {
        return ask("SELECT current_setting('" + setting + "')");
    }

    /// Resets all settings of ALTER SYSTEM, and waits until this is in force.
    void reset() throws Exception {
        run("ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()");
        Await.until(
                "the settings are reset",
                () ->
                        ask("SELECT count(*) FROM pg_settings"
                                        + " WHERE sourcefile LIKE '%postgresql.auto.conf'")
                                .equals("0"));
    }
}
