package dev.elastigres.monitor.postgres;

import java.net.Socket;
import java.nio.file.Path;

/// Gives the JDBC driver sockets that connect to one Unix socket, wherever it says to connect to.
/// Public because the driver makes it, by name.
public final class UnixSocketFactory extends UnconnectedSocketFactory {
    private final Path path;
    private final ServerExchange exchange = ServerExchange.CURRENT.get();

    /// Takes the path of the socket.
    public UnixSocketFactory(String path) {
        this.path = Path.of(path);
    }

    @Override
    public Socket createSocket() {
        return new UnixSocket(path, exchange);
    }
}
