package dev.elastigres.monitor.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One connection with deadlines on everything. For one thread; when that thread is virtual,
/// interrupting it cuts what is under way.
public final class PostgresConnection implements AutoCloseable {
    private final Connection connection;
    private final String server;
    private final Duration statementLimit;

    private PostgresConnection(Connection connection, String server, Duration statementLimit) {
        this.connection = connection;
        this.server = server;
        this.statementLimit = statementLimit;
    }

    /// Tries the hosts in order, each within the limits, and takes the first that lets us in and is
    /// of the kind asked for (`target_session_attrs`).
    ///
    /// @throws PostgresException of the one host, or the gravest of several: hung, then refusing,
    ///     then down
    public static PostgresConnection open(ConnectionString target, ConnectionLimits limits)
            throws PostgresException {
        List<Endpoint> endpoints = target.endpoints();
        PostgresException gravest = null;
        for (Endpoint endpoint : endpoints) {
            try {
                return open(target, endpoint, limits);
            } catch (PostgresException e) {
                if (gravest == null || gravity(e) > gravity(gravest)) gravest = e;
            }
        }
        if (gravest == null) throw new IllegalStateException("no host to connect to");
        throw gravest;
    }

    private static int gravity(PostgresException e) {
        return switch (e) {
            case PostgresException.Down _ -> 0;
            case PostgresException.Refusing _ -> 1;
            case PostgresException.Hung _ -> 2;
        };
    }

    private static PostgresConnection open(
            ConnectionString target, Endpoint endpoint, ConnectionLimits limits)
            throws PostgresException {
        String server = target.describe(endpoint);
        Duration limit = shorter(limits.connect(), target.connectTimeout());
        PasswordFile.Lookup password = target.password(endpoint);
        var properties = DriverProperties.of(target, endpoint, password.password(), limit);
        try {
            String url = DriverProperties.url(target);
            Connection made = DriverManager.getDriver(url).connect(url, properties);
            if (made == null)
                throw new IllegalStateException("the driver does not know its own URL");
            var connection = new PostgresConnection(made, server, limits.statement());
            connection.setUp(target.value(Keyword.TARGET_SESSION_ATTRS).orElse("any"));
            return connection;
        } catch (SQLException e) {
            String hint = password.problem().map(problem -> " (" + problem + ")").orElse("");
            throw Failures.named("cannot connect to " + server + hint, e, limit);
        }
    }

    private static Duration shorter(Duration one, Optional<Duration> other) {
        return other.filter(that -> that.compareTo(one) < 0).orElse(one);
    }

    private void setUp(String kind) throws PostgresException {
        try {
            int millis = (int) statementLimit.toMillis();
            connection.setNetworkTimeout(Runnable::run, millis);
            // The server gives up a little earlier: a slow answer then costs no connection.
            execute("set a limit", "SET statement_timeout = " + Math.max(1, millis * 4L / 5));
            if (!kind.equals("any")) checkKind(kind);
        } catch (SQLException e) {
            close();
            throw Failures.named("cannot use " + server, e, statementLimit);
        } catch (PostgresException e) {
            close();
            throw e;
        }
    }

    private void checkKind(String kind) throws PostgresException {
        record State(boolean standby, boolean readOnly) {}
        State state =
                query(
                                "ask for its state",
                                "SELECT pg_is_in_recovery(),"
                                        + " current_setting('transaction_read_only')::boolean",
                                row -> new State(row.getBoolean(1), row.getBoolean(2)))
                        .getFirst();
        boolean fits =
                switch (kind) {
                    case "read-write" -> !state.standby && !state.readOnly;
                    case "read-only" -> state.standby || state.readOnly;
                    case "primary" -> !state.standby;
                    case "standby" -> state.standby;
                    default -> throw new IllegalStateException("unchecked kind of server");
                };
        if (!fits)
            throw new PostgresException.Refusing(
                    server + " is not " + kind + " (target_session_attrs)");
    }

    /// For messages: `postgres@localhost:5432`.
    public String server() {
        return server;
    }

    /// False once it is lost or closed. A server that has gone away is only noticed by using it.
    public boolean isOpen() {
        try {
            return !connection.isClosed();
        } catch (SQLException _) {
            return false;
        }
    }

    /// Runs a statement without an answer.
    ///
    /// @param purpose completes "cannot … on server", for the message of a failure
    public void execute(String purpose, String sql) throws PostgresException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(purpose, e);
        }
    }

    /// All rows of a short answer.
    ///
    /// @param arguments for the `?` in `sql`, in order
    public <T> List<T> query(String purpose, String sql, RowReader<T> reader, String... arguments)
            throws PostgresException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) statement.setString(i + 1, arguments[i]);
            try (ResultSet rows = statement.executeQuery()) {
                var all = new ArrayList<T>();
                while (rows.next()) all.add(reader.read(rows));
                return all;
            }
        } catch (SQLException e) {
            throw failed(purpose, e);
        }
    }

    private PostgresException failed(String purpose, SQLException e) {
        return Failures.named("cannot " + purpose + " on " + server, e, statementLimit);
    }

    /// Says goodbye to the server when it still listens.
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException _) {
            // It is gone, which is what was wanted.
        }
    }

    /// Makes a value of the row that `rows` is at.
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet rows) throws SQLException;
    }
}
