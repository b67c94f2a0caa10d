package dev.elastigres.monitor.postgres;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.AccessDeniedException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/// Converts the driver's exceptions to a [PostgresException].
final class PostgresFailures {
    /// SQL states of a server that is starting, shutting down or has crashed, and of a closed
    /// connection. Other connection failures without an I/O cause come from the driver itself, such
    /// as a host name that does not match the certificate, or an authentication method that is not
    /// allowed.
    private static final Set<String> DOWN = Set.of("57P01", "57P02", "57P03", "08003");

    /// SQL states of a statement that exceeded its timeout and of an unavailable lock.
    private static final Set<String> HUNG = Set.of("57014", "55P03");

    private PostgresFailures() {}

    /// Returns the exception for a failure of the driver.
    ///
    /// @param what the failed operation and the server: `cannot connect to database postgres at
    ///     localhost:5432`
    /// @param timeout the timeout in force
    static PostgresException named(String what, SQLException failure, Duration timeout) {
        Optional<SocketTimeoutException> timedOut = cause(failure, SocketTimeoutException.class);
        if (timedOut.isPresent())
            return new PostgresException.Hung(within(what, timeout), timedOut.get());

        Optional<SSLException> tls = cause(failure, SSLException.class);
        if (tls.isPresent()) return new PostgresException.Refusing(what, tls.get());

        // The driver's message has the host that it was given, which is wrong for a Unix socket.
        Optional<IOException> io = cause(failure, IOException.class);
        if (io.isPresent())
            return isDenied(io.get())
                    ? new PostgresException.Refusing(what, io.get())
                    : new PostgresException.Down(what, io.get());

        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        if (HUNG.contains(state)) return new PostgresException.Hung(within(what, timeout), failure);
        if (DOWN.contains(state)) return new PostgresException.Down(what, failure);
        return new PostgresException.Refusing(what, failure);
    }

    private static boolean isDenied(IOException e) {
        if (e instanceof AccessDeniedException || e instanceof MessageException) return true;
        return e instanceof SocketException
                && !(e instanceof ConnectException)
                && "Permission denied".equals(e.getMessage());
    }

    private static String within(String what, Duration timeout) {
        return "%s within %s s".formatted(what, timeout.toMillis() / 1000.0);
    }

    private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> kind) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (kind.isInstance(e)) return Optional.of(kind.cast(e));
        }
        return Optional.empty();
    }
}
