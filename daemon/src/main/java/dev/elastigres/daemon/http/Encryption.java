package dev.elastigres.daemon.http;

import java.io.IOException;
import java.net.Socket;

/// The encryption layer between the network and a server's connections.
@FunctionalInterface
public interface Encryption {

    /// Returns the socket for data with the peer of `carrier`, after the handshake and
    /// authentication. May block; if it takes too long, the carrier is closed. Closing the result
    /// must leave the carrier open, so that the last data can arrive.
    ///
    /// @param carrier the accepted socket
    /// @param peer the peer's address, as `HOST:PORT`
    /// @throws IOException if the handshake failed
    Socket over(Socket carrier, String peer) throws IOException;
}
