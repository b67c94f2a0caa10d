package dev.elastigres.testbed.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Finds ports of the loopback address that are free now. If another process takes one before the
/// server does, the server's start fails with a clear log.
public final class FreePorts {
    private static final int FROM = 20_000;
    private static final int TO = 32_000;
    private static final int TRIES = 100;

    private FreePorts() {}

    /// Returns a port for a server that is started once.
    ///
    /// @throws IOException if no port is free
    public static int once() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// Returns a port for a server that is stopped and restarted. It is below Linux' ephemeral
    /// range, so no client's connection takes it between stop and restart.
    ///
    /// @throws IOException if no port is found
    public static int forRestarts() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FROM, TO);
            try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (IOException _) {
                // The port is in use; another one is tried.
            }
        }
        throw new IOException("no free port between " + FROM + " and " + TO);
    }
}
