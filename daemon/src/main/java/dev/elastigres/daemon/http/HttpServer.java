package dev.elastigres.daemon.http;

import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An HTTP server that listens on one address and serves each connection on a virtual thread.
/// Closing it ends all connections.
public final class HttpServer implements AutoCloseable {
    private static final int BACKLOG = 128;

    /// Maximum time for all connections to close.
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(400);

    /// Pause after a failed accept. Such failures last, as when file descriptors are used up.
    private static final Duration ACCEPT_RETRY_DELAY = Duration.ofMillis(100);

    private final ServerSocket listener;
    private final Optional<Encryption> encryption;
    private final HostCheck hosts;
    private final Routes routes;
    private final ServerLimits limits;
    private final FailureListener failures;
    private final Connections connections;
    private final Watchdog alarms = new Watchdog();

    private HttpServer(
            ServerSocket listener,
            Optional<Encryption> encryption,
            HostCheck hosts,
            Routes routes,
            ServerLimits limits,
            FailureListener failures) {
        this.listener = listener;
        this.encryption = encryption;
        this.hosts = hosts;
        this.routes = routes;
        this.limits = limits;
        this.failures = failures;
        connections = new Connections(limits);
    }

    /// Starts a server without encryption and allowed host names.
    ///
    /// @param address the address to listen on; port 0 selects a free one
    /// @param routes the handlers
    /// @param limits limits on peers
    /// @param failures receives failures
    /// @throws ListenException if the address cannot be listened on
    public static HttpServer start(
            InetSocketAddress address, Routes routes, ServerLimits limits, FailureListener failures)
            throws ListenException {
        return start(address, HostCheck.DEFAULT, routes, limits, failures);
    }

    /// Starts a server without encryption.
    ///
    /// @param address the address to listen on; port 0 selects a free one
    /// @param hosts the check of requested host names
    /// @param routes the handlers
    /// @param limits limits on peers
    /// @param failures receives failures
    /// @throws ListenException if the address cannot be listened on
    public static HttpServer start(
            InetSocketAddress address,
            HostCheck hosts,
            Routes routes,
            ServerLimits limits,
            FailureListener failures)
            throws ListenException {
        return start(address, Optional.empty(), hosts, routes, limits, failures);
    }

    /// Starts a server.
    ///
    /// @param address the address to listen on; port 0 selects a free one
    /// @param encryption encryption of all connections; its handshake is part of the set-up time
    /// @param hosts the check of requested host names
    /// @param routes the handlers
    /// @param limits limits on peers
    /// @param failures receives failures
    /// @throws ListenException if the address cannot be listened on
    public static HttpServer start(
            InetSocketAddress address,
            Optional<Encryption> encryption,
            HostCheck hosts,
            Routes routes,
            ServerLimits limits,
            FailureListener failures)
            throws ListenException {
        var server = new HttpServer(listener(address), encryption, hosts, routes, limits, failures);
        Thread.ofVirtual().name("http-accept").start(server::accept);
        return server;
    }

    private static ServerSocket listener(InetSocketAddress address) throws ListenException {
        @Nullable ServerSocket listener = null;
        try {
            listener = new ServerSocket();
            listener.bind(address, BACKLOG);
            return listener;
        } catch (IOException e) {
            close(listener);
            throw new ListenException(address, e);
        }
    }

    /// Returns the address that the server listens on, with the actual port.
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (!listener.isClosed()) acceptOne();
        } catch (InterruptedException _) {
            // Interrupted only to end the thread.
        }
    }

    private void acceptOne() throws InterruptedException {
        try {
            Socket socket = listener.accept();
            var connection =
                    new Connection(
                            socket,
                            encryption,
                            hosts,
                            routes,
                            limits,
                            connections,
                            alarms,
                            failures);
            if (connections.enter(connection))
                Thread.ofVirtual().name("http-" + socket.getPort()).start(connection::run);
            else socket.close();
        } catch (IOException e) {
            if (listener.isClosed()) return;
            failures.report("cannot accept a connection", String.valueOf(address()), e);
            Thread.sleep(ACCEPT_RETRY_DELAY);
        }
    }

    @Override
    public void close() {
        close("the server is shutting down");
    }

    /// Stops listening, then ends all connections, WebSockets with code 1001 and `reason`. Returns
    /// within half a second; connections that are still open by then are cut. Handlers that still
    /// run find their connection closed.
    ///
    /// @param reason sent to WebSocket peers
    public void close(String reason) {
        close(listener);
        var why = new Closed(Closed.GOING_AWAY, reason);
        for (Connection connection : connections.close()) connection.leave(why);
        for (Connection connection : stayed()) connection.cut(reason);
        alarms.close();
    }

    private List<Connection> stayed() {
        try {
            return connections.awaitEnd(CLOSE_TIMEOUT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return connections.close();
        }
    }

    private static void close(@Nullable ServerSocket listener) {
        try {
            if (listener != null) listener.close();
        } catch (IOException _) {
            // The address is not listened on in any case.
        }
    }
}
