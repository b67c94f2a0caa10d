package dev.elastigres.daemon.http;

import java.io.IOException;
import java.net.Socket;

/// The way to one peer.
///
/// @param carrier what was accepted
/// @param socket what is spoken through: the carrier itself, or the encryption over it
record PeerOutput(Socket carrier, Socket socket) {

    /// The peer's address, as `HOST:PORT`.
    String peer() {
        return SocketAddresses.name(carrier);
    }

    /// Ends it now, whoever reads or writes. An encrypted socket waits for its writer before it
    /// closes; its carrier does not.
    void cut() {
        try {
            carrier.close();
        } catch (IOException _) {
            // Closed all the same.
        }
    }
}
