package dev.elastigres.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/// Encodes a server's WebSocket frames: whole messages, unmasked (RFC 6455, 5.2).
final class Frames {
    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xa;

    static final int LARGEST_CONTROL_PAYLOAD = 125;
    private static final int LARGEST_REASON = LARGEST_CONTROL_PAYLOAD - 2;

    private Frames() {}

    static byte[] text(String text) {
        return frame(TEXT, text.getBytes(UTF_8));
    }

    static byte[] ping() {
        return frame(PING, new byte[0]);
    }

    static byte[] pong(byte[] payload) {
        return frame(PONG, payload);
    }

    /// Returns a close frame. A `reason` that is too long is truncated between two characters.
    static byte[] close(int code, String reason) {
        if (code == WebSocketMessage.Closed.NO_CODE) return frame(CLOSE, new byte[0]);
        byte[] text = reason.getBytes(UTF_8);
        int length = Math.min(text.length, LARGEST_REASON);
        while (length < text.length && length > 0 && isContinuation(text[length])) length--;

        byte[] payload = new byte[2 + length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(text, 0, payload, 2, length);
        return frame(CLOSE, payload);
    }

    /// Returns whether `code` is valid in a close frame.
    static boolean isCloseCode(int code) {
        return (code >= 1000 && code <= 1003)
                || (code >= 1007 && code <= 1014)
                || (code >= 3000 && code <= 4999);
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xc0) == 0x80;
    }

    private static byte[] frame(int opcode, byte[] payload) {
        int extended = payload.length < 126 ? 0 : payload.length < 1 << 16 ? 2 : 8;
        byte[] frame =
                Arrays.copyOf(new byte[] {(byte) (0x80 | opcode)}, 2 + extended + payload.length);
        frame[1] = (byte) (extended == 0 ? payload.length : extended == 2 ? 126 : 127);
        for (int i = 0; i < extended; i++)
            frame[1 + extended - i] = (byte) ((long) payload.length >> (8 * i));
        System.arraycopy(payload, 0, frame, 2 + extended, payload.length);
        return frame;
    }
}
