package dev.elastigres.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/// Gives one file to whoever connects first to a port of the loopback address, and to nobody else.
/// A guest takes it from 10.0.2.2 many times faster than through its control channel.
final class OneTimeDownload implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final ServerSocket socket;

    OneTimeDownload(Path file) throws IOException {
        socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        Thread.ofVirtual().name("handout").start(() -> give(file));
    }

    int port() {
        return socket.getLocalPort();
    }

    private void give(Path file) {
        try (var taker = socket.accept();
                var out = taker.getOutputStream()) {
            Files.copy(file, out);
        } catch (IOException _) {
            // Whoever takes it misses the end, and says so.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
