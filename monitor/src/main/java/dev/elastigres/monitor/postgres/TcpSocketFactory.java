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

/// Gives the JDBC driver TCP sockets that all connect within one limit: when TLS is only preferred
/// and the server does not answer, the driver would try again without and wait twice as long.
/// Public because the driver makes it, by name, once for each attempt to log in.
public final class TcpSocketFactory extends UnconnectedSocketFactory {
    private final long deadline;
    private final Optional<String> place;
    private final ServerExchange exchange = ServerExchange.CURRENT.get();

    /// @param argument the limit in milliseconds and, after a space, the address to connect to
    ///     where that is not what the host's name is looked up to
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
