package dev.elastigres.daemon.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/// The input of a peer that has sent `bytes` and closed the connection.
final class FuzzInput {
    private FuzzInput() {}

    static PeerInput of(byte[] bytes) throws IOException {
        var stream = new ByteArrayInputStream(bytes);
        return new PeerInput(
                new Socket() {
                    @Override
                    public InputStream getInputStream() {
                        return stream;
                    }

                    @Override
                    public void setSoTimeout(int millis) {
                        // Reads from an array never time out.
                    }
                });
    }
}
