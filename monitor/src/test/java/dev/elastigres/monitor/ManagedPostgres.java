package dev.elastigres.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.postgres.ConnectionString;
import dev.elastigres.monitor.postgres.ConnectionTimeouts;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.monitor.postgres.PostgresException;
import dev.elastigres.testbed.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A real server and its memory-dependent setting.
record ManagedPostgres(PostgresServer server, String setting) {
    private static final ConnectionTimeouts LIMITS =
            new ConnectionTimeouts(Duration.ofSeconds(30), Duration.ofSeconds(30));

    String connectionString(String user) {
        return "host=%s port=%d dbname=postgres user=%s"
                .formatted(server.host(), server.port(), user);
    }

    PostgresConnection connect() throws PostgresException {
        return PostgresConnection.open(
                ConnectionString.parse(connectionString("postgres"), Map.of()), LIMITS);
    }

    void run(String... statements) throws PostgresException {
        try (var connection = connect()) {
            for (String sql : statements) connection.execute("run " + sql, sql);
        }
    }

    String ask(String sql) throws PostgresException {
        try (var connection = connect()) {
            return connection.query("ask " + sql, sql, row -> row.getString(1)).getFirst();
        }
    }

    /// Returns the size in force.
    Bytes size() throws PostgresException {
        return new Bytes(
                Long.parseLong(
                        ask("SELECT pg_size_bytes(current_setting('" + setting + "'))::text")));
    }

    void set(Bytes size) throws PostgresException {
        run(
                "ALTER SYSTEM SET " + setting + " = '" + size.toMebibytes() + "MB'",
                "SELECT pg_reload_conf()");
    }

    /// Resets the server's settings.
    void reset() throws PostgresException {
        run("ALTER SYSTEM RESET ALL", "SELECT pg_reload_conf()");
    }

    /// Opens connections until none are left.
    List<PostgresConnection> exhaust() {
        var all = new ArrayList<PostgresConnection>();
        try {
            while (true) all.add(connect());
        } catch (PostgresException _) {
            return all;
        }
    }
}
