package dev.elastigres.daemon.http;

/// The application's handler of one WebSocket.
@FunctionalInterface
public interface WebSocketSession {

    /// Handles `socket`, on a virtual thread of its own. The peer must be
    /// [admitted][WebSocket#admitted] within the server's set-up time. When this method returns,
    /// the connection is closed: normally, or as an internal error if it throws.
    ///
    /// @param socket the connection
    /// @throws InterruptedException if interrupted; the connection is closed with code 1001
    void run(WebSocket socket) throws InterruptedException;
}
