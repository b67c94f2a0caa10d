package dev.elastigres.monitor.postgres;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import javax.net.ssl.SSLException;
import org.postgresql.PGConnection;

/// A connection to Postgres with timeouts for all operations and limits on what the server sends.
/// For one thread; if that thread is virtual, interrupting it aborts the running operation.
///
/// No statement changes the state of the session, so that behind any proxy no setting of this
/// connection outlives its transaction. No cancel requests are sent. Connection poolers are
/// rejected, because the server connections behind them are shared with other clients.
public final class PostgresConnection implements AutoCloseable {
    /// The largest process id of Linux. Poolers invent keys for cancel requests, most of which
    /// contain larger process ids.
    private static final int MAX_PID = 1 << 22;

    /// PgBouncer's error for `options`, which is in English only. Postgres accepts them as
    /// settings.
    private static final String POOLER_REFUSAL = "unsupported startup parameter";

    /// Timeout of the whole login, as a multiple of the timeout of a single step.
    private static final int LOGIN_STEPS = 3;

    private static final String SSLMODE = ConnectionKeyword.SSLMODE.word();

    private final Connection connection;
    private final ServerExchange exchange;
    private final String server;
    private final Duration statementTimeout;

    private PostgresConnection(
            Connection connection,
            ServerExchange exchange,
            String server,
            Duration statementTimeout) {
        this.connection = connection;
        this.exchange = exchange;
        this.server = server;
        this.statementTimeout = statementTimeout;
    }

    /// Connects to the first of the hosts, tried in order with the given timeouts, that accepts the
    /// login and has the requested `target_session_attrs`.
    ///
    /// @param target hosts and credentials
    /// @param limits timeouts
    /// @throws PostgresException if no host is suitable: the failure of the only host, or the most
    ///     serious one: hung, then refusing, then down
    public static PostgresConnection open(ConnectionString target, ConnectionTimeouts limits)
            throws PostgresException {
        String kind = target.value(ConnectionKeyword.TARGET_SESSION_ATTRS).orElse("any");
        if (!kind.equals("prefer-standby")) return open(target, kind, limits);
        try {
            return open(target, "standby", limits);
        } catch (PostgresException _) {
            return open(target, "any", limits);
        }
    }

    private static PostgresConnection open(
            ConnectionString target, String kind, ConnectionTimeouts limits)
            throws PostgresException {
        PostgresException gravest = null;
        for (PostgresEndpoint endpoint : target.endpoints()) {
            try {
                return open(target, endpoint, kind, limits);
            } catch (PostgresException e) {
                if (gravest == null || severity(e) > severity(gravest)) gravest = e;
            }
        }
        if (gravest == null) throw new IllegalStateException("no host to connect to");
        throw gravest;
    }

    private static int severity(PostgresException e) {
        return switch (e) {
            case PostgresException.Down _ -> 0;
            case PostgresException.Refusing _ -> 1;
            case PostgresException.Hung _ -> 2;
        };
    }

    private static PostgresConnection open(
            ConnectionString target,
            PostgresEndpoint endpoint,
            String kind,
            ConnectionTimeouts limits)
            throws PostgresException {
        String server = target.describe(endpoint);
        Duration timeout = shorter(limits.connect(), target.connectTimeout());
        PasswordFile.PasswordLookup password = target.password(endpoint);
        var properties = DriverProperties.of(target, endpoint, password.password(), timeout);
        try {
            String url = DriverProperties.url(target);
            var exchange = new ServerExchange(timeout.multipliedBy(LOGIN_STEPS));
            Connection made = connect(url, properties, exchange);
            var connection = new PostgresConnection(made, exchange, server, limits.statement());
            connection.setUp(kind);
            return connection;
        } catch (SQLException e) {
            if (String.valueOf(e.getMessage()).contains(POOLER_REFUSAL))
                throw new PostgresException.Refusing(pooler(server), e);
            String hint = password.problem().map(problem -> " (" + problem + ")").orElse("");
            throw PostgresFailures.named("cannot connect to " + server + hint, e, timeout);
        }
    }

    /// Connects. As with libpq, if TLS is only preferred and fails, as with an unusable client key,
    /// the connection is retried without TLS.
    private static Connection connect(String url, Properties properties, ServerExchange exchange)
            throws SQLException {
        try {
            return login(url, properties, exchange);
        } catch (SQLException e) {
            boolean isPreferred = "prefer".equals(properties.getProperty(SSLMODE, "prefer"));
            if (!isPreferred || !isOfTls(e)) throw e;
            var plain = new Properties();
            plain.putAll(properties);
            plain.setProperty(SSLMODE, "disable");
            try {
                return login(url, plain, exchange);
            } catch (SQLException second) {
                // The server requires TLS, so that the failure of TLS is the one to fix.
                e.addSuppressed(second);
                throw e;
            }
        }
    }

    private static boolean isOfTls(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause())
            if (each instanceof SSLException) return true;
        return false;
    }

    private static Connection login(String url, Properties properties, ServerExchange exchange)
            throws SQLException {
        Driver driver = DriverManager.getDriver(url);
        Connection made =
                ScopedValue.where(ServerExchange.CURRENT, exchange)
                        .call(() -> driver.connect(url, properties));
        if (made == null) throw new IllegalStateException("the driver does not know its own URL");
        return made;
    }

    private static Duration shorter(Duration one, Optional<Duration> other) {
        return other.filter(that -> that.compareTo(one) < 0).orElse(one);
    }

    private void setUp(String kind) throws PostgresException {
        try {
            connection.setNetworkTimeout(Runnable::run, (int) statementTimeout.toMillis());
            int pid = connection.unwrap(PGConnection.class).getBackendPID();
            // Detected without a query, which would occupy one of the pooler's server connections.
            if (pid <= 0 || pid > MAX_PID) throw new PostgresException.Refusing(pooler(server));
            Server state = serverState();
            if (state.pid != pid) throw new PostgresException.Refusing(pooler(server));
            if (!state.fits(kind))
                throw new PostgresException.Refusing(
                        server + " is not " + kind + " (target_session_attrs)");
        } catch (SQLException e) {
            close();
            throw PostgresFailures.named("cannot use " + server, e, statementTimeout);
        } catch (PostgresException e) {
            close();
            throw e;
        }
    }

    private static String pooler(String server) {
        return server + " is behind a connection pooler: give the address of Postgres itself";
    }

    private record Server(int pid, boolean standby, boolean readOnly) {
        boolean fits(String kind) {
            return switch (kind) {
                case "any" -> true;
                case "read-write" -> !standby && !readOnly;
                case "read-only" -> standby || readOnly;
                case "primary" -> !standby;
                case "standby" -> standby;
                default -> throw new IllegalStateException("unchecked kind of server");
            };
        }
    }

    private Server serverState() throws PostgresException {
        return query(
                        "ask for its state",
                        "SELECT pg_backend_pid(), pg_is_in_recovery(),"
                                + " current_setting('transaction_read_only')::boolean",
                        row -> new Server(row.getInt(1), row.getBoolean(2), row.getBoolean(3)))
                .getFirst();
    }

    /// Returns the server's name for messages: `database postgres at localhost:5432`.
    public String server() {
        return server;
    }

    /// Returns whether the connection is open. The loss of the server is noticed only by using the
    /// connection.
    public boolean isOpen() {
        try {
            return !connection.isClosed();
        } catch (SQLException _) {
            return false;
        }
    }

    /// Runs a statement that returns no rows. Some such statements cannot run in a transaction
    /// block, so that the timeout applies on the client only; when it expires, the connection is
    /// closed.
    ///
    /// @param purpose completes "cannot … on server" in the message of a failure
    /// @param sql the statement
    /// @throws PostgresException if the statement failed or did not end in time
    public void execute(String purpose, String sql) throws PostgresException {
        exchange.begin(statementTimeout);
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(purpose, e);
        }
    }

    /// Runs a query and returns all its rows, which must be few.
    ///
    /// @param purpose completes "cannot … on server" in the message of a failure
    /// @param sql the query
    /// @param reader converts a row
    /// @throws PostgresException if the query failed or did not end in time
    public <T> List<T> query(String purpose, String sql, RowReader<T> reader)
            throws PostgresException {
        exchange.begin(statementTimeout);
        try (var statement = connection.createStatement()) {
            // Two statements in one message are one transaction, to which the setting is local.
            statement.execute("SET LOCAL statement_timeout = " + serverTimeout() + "; " + sql);
            if (!statement.getMoreResults())
                throw new IllegalStateException("no rows to read: " + purpose);
            try (ResultSet rows = statement.getResultSet()) {
                var all = new ArrayList<T>();
                while (rows.next()) all.add(reader.read(rows));
                return all;
            }
        } catch (SQLException e) {
            throw failed(purpose, e);
        }
    }

    /// Returns the server's timeout in milliseconds. It is a little shorter than the client's, so
    /// that a slow statement does not cost the connection and does not continue on the server.
    private long serverTimeout() {
        return Math.max(1, statementTimeout.toMillis() * 4 / 5);
    }

    private PostgresException failed(String purpose, SQLException e) {
        return PostgresFailures.named("cannot " + purpose + " on " + server, e, statementTimeout);
    }

    /// Closes the connection, and notifies the server if it is reachable.
    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException _) {
            // The connection is gone, as intended.
        }
    }

    /// Converts the current row of `rows` to a value.
    @FunctionalInterface
    public interface RowReader<T> {
        T read(ResultSet rows) throws SQLException;
    }
}
