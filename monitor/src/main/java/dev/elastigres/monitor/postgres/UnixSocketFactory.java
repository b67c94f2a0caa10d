package dev.elastigres.monitor.postgres;

import java.net.Socket;
import java.nio.file.Path;

/// Creates sockets for the JDBC driver that connect to one Unix socket, regardless of the address
/// that the driver passes. Public because the driver instantiates it by name.
public final class UnixSocketFactory extends UnconnectedSocketFactory {
    private final Path path;
    private final ServerExchange exchange = ServerExchange.CURRENT.get();

    /// Creates a factory.
    ///
    /// @param path path of the socket
    public UnixSocketFactory(String path) {
        this.path = Path.of(path);
    }

    @Override
    public Socket createSocket() {
        return new UnixSocket(path, exchange);
    }
}
