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

/// One connection with timeouts on everything, and bounds on what the server sends. For one
/// thread; when that thread is virtual, interrupting it cuts what is under way.
///
/// No statement changes the state of the session, so whatever stands between, no setting of ours
/// outlives its transaction. No cancel request is sent. A connection pooler is refused: what its
/// server connections show and hold is shared with its other clients.
public final class PostgresConnection implements AutoCloseable {
    /// The largest process id that Linux gives. Poolers make up keys for cancel requests, and the
    /// process ids in most of these are larger.
    private static final int MAX_PID = 1 << 22;

    /// What PgBouncer, which speaks English only, makes of `options`. To Postgres they are settings
    /// like any other.
    private static final String POOLER_REFUSAL = "unsupported startup parameter";

    /// Connecting and logging in take several times as long as each of their steps may.
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

    /// Tries the hosts in order, each within the limits, and takes the first that lets us in and is
    /// of the kind asked for (`target_session_attrs`).
    ///
    /// @throws PostgresException of the one host, or the gravest of several: hung, then refusing,
    ///     then down
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

    /// As with libpq, where TLS is only preferred and cannot be had, such as with a client key that
    /// cannot be used, the connection is tried without it.
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
                // The server wants TLS: what is in its way is what to mend.
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
            // Told without a query, which would take a server connection from the other clients.
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

    /// For messages: `database postgres at localhost:5432`.
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

    /// Runs a statement that returns no rows. It may be one that cannot be in a transaction block,
    /// so the timeout is on our side only: when it ends, the connection is closed.
    ///
    /// @param purpose completes "cannot … on server", for the message of a failure
    public void execute(String purpose, String sql) throws PostgresException {
        exchange.begin(statementTimeout);
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw failed(purpose, e);
        }
    }

    /// All rows of a short answer.
    public <T> List<T> query(String purpose, String sql, RowReader<T> reader)
            throws PostgresException {
        exchange.begin(statementTimeout);
        try (var statement = connection.createStatement()) {
            // One message with two statements is one transaction, in which the setting is local.
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

    /// Milliseconds. The server gives up a little earlier than we do: a slow answer then costs no
    /// connection, and leaves no statement behind.
    private long serverTimeout() {
        return Math.max(1, statementTimeout.toMillis() * 4 / 5);
    }

    private PostgresException failed(String purpose, SQLException e) {
        return PostgresFailures.named("cannot " + purpose + " on " + server, e, statementTimeout);
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
