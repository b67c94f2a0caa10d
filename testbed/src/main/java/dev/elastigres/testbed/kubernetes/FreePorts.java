package dev.elastigres.testbed.kubernetes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Chooses ports of the loopback address for servers that are stopped and restarted. The ports are
/// below Linux' ephemeral range. Otherwise a client's connection could take the port between stop
/// and restart.
final class FreePorts {
    private static final int FROM = 20_000;
    private static final int TO = 32_000;
    private static final int TRIES = 100;

    private FreePorts() {}

    /// Returns a port that is free now. If another process takes it before the server does, the
    /// start fails with a clear log.
    static int free() throws IOException {
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
