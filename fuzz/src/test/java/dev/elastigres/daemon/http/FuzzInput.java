package dev.elastigres.daemon.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/// A peer that has sent `bytes` and then hung up.
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
                        // Arrays are never late.
                    }
                });
    }
}
