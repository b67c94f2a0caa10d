package dev.elastigres.monitor.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Creates TCP sockets for the JDBC driver that share one connect timeout: if TLS is only preferred
/// and the server does not answer, the driver retries without TLS and would wait twice as long.
/// Public because the driver instantiates it by name, once for each login.
public final class TcpSocketFactory extends UnconnectedSocketFactory {
    private final long deadline;
    private final Optional<String> place;
    private final ServerExchange exchange = ServerExchange.CURRENT.get();

    /// Parses the factory's argument.
    ///
    /// @param argument the timeout in milliseconds, optionally followed by a space and the address
    ///     to connect to instead of that of the host name
    public TcpSocketFactory(String argument) {
        String[] parts = argument.split(" ", 2);
        deadline = System.nanoTime() + Duration.ofMillis(Long.parseLong(parts[0])).toNanos();
        place = parts.length > 1 ? Optional.of(parts[1]) : Optional.empty();
    }

    @Override
    public Socket createSocket() {
        return new Socket() {
            private @Nullable ServerStream stream;

            @Override
            public InputStream getInputStream() throws IOException {
                return stream();
            }

            @Override
            public OutputStream getOutputStream() throws IOException {
                return stream().watched(super.getOutputStream());
            }

            private ServerStream stream() throws IOException {
                ServerStream made = stream;
                if (made == null) {
                    made = new ServerStream(exchange.limited(super.getInputStream(), this));
                    stream = made;
                }
                return made;
            }

            @Override
            public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) throw new SocketTimeoutException("Connect timed out");
                long limit = timeoutMillis == 0 ? left : Math.min(left, timeoutMillis);
                super.connect(place(endpoint), (int) limit);
            }
        };
    }

    private SocketAddress place(SocketAddress endpoint) {
        return place.isPresent() && endpoint instanceof InetSocketAddress named
                ? new InetSocketAddress(place.get(), named.getPort())
                : endpoint;
    }
}
