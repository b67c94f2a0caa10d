package dev.elastigres.daemon.http;

/// The application's handler of one WebSocket.
@FunctionalInterface
public interface WebSocketSession {

    /// Owns `socket` until it returns, on a virtual thread of its own. The peer must be
    /// [admitted][WebSocket#admitted] within the server's set-up time. Whatever is still open
    /// afterwards is closed: normally, or as an internal error when this throws.
    void run(WebSocket socket) throws InterruptedException;
}
