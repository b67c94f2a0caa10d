package dev.elastigres.daemon.http;

import java.io.IOException;
import java.net.Socket;

/// The sockets of one peer.
///
/// @param carrier the accepted socket
/// @param socket the socket for data: the carrier itself or the encryption over it
record PeerOutput(Socket carrier, Socket socket) {

    /// The peer's address, as `HOST:PORT`.
    String peer() {
        return SocketAddresses.name(carrier);
    }

    /// Closes the connection at once, even during a read or write. An encrypted socket would wait
    /// for its writer before it closes; its carrier does not.
    void cut() {
        try {
            carrier.close();
        } catch (IOException _) {
            // Closed all the same.
        }
    }
}
