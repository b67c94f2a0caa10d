package dev.elastigres.daemon.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;

/// Creates input without a network.
final class InputFixtures {
    private InputFixtures() {}

    static PeerInput input(byte[] bytes) {
        var stream = new ByteArrayInputStream(bytes);
        try {
            return new PeerInput(
                    new Socket() {
                        @Override
                        public InputStream getInputStream() {
                            return stream;
                        }

                        @Override
                        public void setSoTimeout(int millis) {
                            // Reads from arrays never time out.
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
