package dev.elastigres.testbed.kubernetes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Ports of the loopback address for servers that are stopped and started again. They lie below
/// those that Linux gives to clients: otherwise a connection of anybody's could take one in
/// between.
final class FreePorts {
    private static final int FROM = 20_000;
    private static final int TO = 32_000;
    private static final int TRIES = 100;

    private FreePorts() {}

    /// Free now; whoever takes it before its server does makes the start fail, with a clear log.
    static int free() throws IOException {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FROM, TO);
            try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return port;
            } catch (IOException _) {
                // Somebody's; another one.
            }
        }
        throw new IOException("no free port between " + FROM + " and " + TO);
    }
}
