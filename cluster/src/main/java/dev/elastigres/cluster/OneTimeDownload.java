package dev.elastigres.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/// Serves one file to the first client that connects to a port of the loopback address. A guest
/// downloads it from 10.0.2.2 many times faster than through its control channel.
final class OneTimeDownload implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;

    private final ServerSocket socket;

    OneTimeDownload(Path file) throws IOException {
        socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        Thread.ofVirtual().name("one-time-download").start(() -> serve(file));
    }

    int port() {
        return socket.getLocalPort();
    }

    private void serve(Path file) {
        try (var client = socket.accept();
                var out = client.getOutputStream()) {
            Files.copy(file, out);
        } catch (IOException _) {
            // The client detects the truncated file.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
