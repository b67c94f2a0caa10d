package dev.elastigres.daemon.http;

import java.io.IOException;
import java.net.Socket;

/// What lies between the network and a server's connections.
@FunctionalInterface
public interface Encryption {

    /// The socket to speak through with the peer of `carrier`, once the peer has shown what it
    /// must. May take its time: whoever is late loses the carrier under it. Closing the result
    /// must leave the carrier open, for the last words to arrive.
    ///
    /// @param peer its address, as `HOST:PORT`
    Socket over(Socket carrier, String peer) throws IOException;
}
