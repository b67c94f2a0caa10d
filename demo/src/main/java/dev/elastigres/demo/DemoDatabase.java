package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.testbed.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/// The demo's connections to its Postgres.
///
/// @param password of the superuser, known to this process only
record DemoDatabase(PostgresServer server, String password) {
    private static final String TIMEOUT_SECONDS = "20";

    Connection connect() throws DemoException {
        var properties = new Properties();
        properties.setProperty("user", server.superuser());
        properties.setProperty("password", password);
        properties.setProperty("sslmode", "disable");
        properties.setProperty("ApplicationName", "elastigres demo");
        properties.setProperty("connectTimeout", TIMEOUT_SECONDS);
        properties.setProperty("socketTimeout", TIMEOUT_SECONDS);
        String url = "jdbc:postgresql://" + server.host() + ":" + server.port() + "/postgres";
        try {
            return DriverManager.getConnection(url, properties);
        } catch (SQLException e) {
            throw new DemoException("cannot connect to Postgres", e);
        }
    }

    /// Returns the connection string, without the password.
    String connectionString() {
        return server.connectionString();
    }

    /// Returns the line of libpq's password file.
    String passwordLine() {
        return "%s:%d:*:%s:%s%n"
                .formatted(server.host(), server.port(), server.superuser(), password);
    }

    static Bytes effectiveCacheSize(Connection connection) throws DemoException {
        try (var statement = connection.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT pg_size_bytes(current_setting('effective_cache_size'))")) {
            rows.next();
            return new Bytes(rows.getLong(1));
        } catch (SQLException e) {
            throw new DemoException("cannot read effective_cache_size", e);
        }
    }

    @Override
    public String toString() {
        return connectionString();
    }
}
