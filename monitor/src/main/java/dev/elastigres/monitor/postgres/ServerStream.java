package dev.elastigres.monitor.postgres;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/// The input from a server over a socket: [messages][MessageStream], which are checked, or TLS with
/// messages inside, which passes unchecked here. The first bytes that the driver sends determine
/// which it is.
final class ServerStream extends InputStream {
    private static final byte[] TLS_REQUEST = {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f};
    private static final int TLS_HANDSHAKE = 0x16;
    private static final int TLS_ACCEPTED = 'S';

    private enum StreamContent {
        MESSAGES,
        ANSWER_TO_TLS_REQUEST,
        TLS
    }

    private final InputStream in;
    private final InputStream messages;
    private StreamContent content = StreamContent.MESSAGES;

    /// Whether the driver has sent anything but the request for TLS.
    private boolean begun;

    ServerStream(InputStream in) {
        this.in = in;
        messages = new MessageStream(in);
    }

    /// Returns the output to the same server, whose first bytes are inspected.
    OutputStream watched(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                said(bytes, offset, length);
                out.write(bytes, offset, length);
            }
        };
    }

    private void said(byte[] bytes, int offset, int length) {
        if (begun || length == 0) return;
        if (Arrays.equals(bytes, offset, offset + length, TLS_REQUEST, 0, TLS_REQUEST.length)) {
            content = StreamContent.ANSWER_TO_TLS_REQUEST;
            return;
        }
        begun = true;
        if (bytes[offset] == TLS_HANDSHAKE) content = StreamContent.TLS;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) return 0;
        return switch (content) {
            case MESSAGES -> messages.read(target, offset, length);
            case TLS -> in.read(target, offset, length);
            case ANSWER_TO_TLS_REQUEST -> {
                int answer = in.read();
                if (answer < 0) yield -1;
                content = answer == TLS_ACCEPTED ? StreamContent.TLS : StreamContent.MESSAGES;
                target[offset] = (byte) answer;
                yield 1;
            }
        };
    }

    @Override
    public int available() throws IOException {
        return content == StreamContent.MESSAGES ? messages.available() : in.available();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
