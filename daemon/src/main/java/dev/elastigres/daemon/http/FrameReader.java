package dev.elastigres.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.function.Consumer;

/// Assembles messages from a client's frames (RFC 6455, 5.4) and validates them.
final class FrameReader {
    private static final int NONE = -1;
    private static final int CHUNK = 2 << 10;
    private static final byte[] EMPTY = {};

    private final PeerInput input;
    private final int messageSize;
    private final Consumer<byte[]> pings;

    /// The opcode of the message whose fragments are being read, or [#NONE].
    private int opened = NONE;

    private byte[] text = EMPTY;
    private int size;

    /// @param messageSize maximum size of a message, in bytes
    /// @param pings receives the payload of each ping
    FrameReader(PeerInput input, int messageSize, Consumer<byte[]> pings) {
        this.input = input;
        this.messageSize = messageSize;
        this.pings = pings;
    }

    private record FrameHeader(boolean last, int opcode, int length, int mask) {
        boolean isControl() {
            return opcode >= Frames.CLOSE;
        }

        byte unmasked(byte b, int index) {
            return (byte) (b ^ mask >> (24 - 8 * (index & 3)));
        }
    }

    /// Returns the next complete message; [Closed] for the peer's close frame.
    WebSocketMessage next() throws IOException, ProtocolException {
        while (true) {
            FrameHeader head = head();
            if (!head.isControl()) {
                open(head);
                read(head);
                if (head.last) return message();
            } else {
                byte[] payload = control(head);
                if (head.opcode == Frames.CLOSE) return closed(payload);
                if (head.opcode == Frames.PING) pings.accept(payload);
            }
        }
    }

    private FrameHeader head() throws IOException, ProtocolException {
        int first = input.need();
        int second = input.need();
        int opcode = first & 0x0f;
        boolean last = (first & 0x80) != 0;
        boolean control = opcode >= Frames.CLOSE;
        if ((first & 0x70) != 0) throw violation("a reserved bit is set");
        if (opcode > (control ? Frames.PONG : Frames.BINARY))
            throw violation("opcode " + opcode + " is reserved");
        if ((second & 0x80) == 0) throw violation("a client's frame must be masked");
        if (control && !last) throw violation("a control frame is fragmented");
        if (control && (second & 0x7f) > Frames.LARGEST_CONTROL_PAYLOAD)
            throw violation("a control frame is above 125 bytes");

        long length = length(second & 0x7f);
        int before = opcode == Frames.CONTINUATION ? size : 0;
        // A length has up to 63 bits, so that adding to it may overflow.
        if (length > messageSize - before)
            throw new ProtocolException(
                    Closed.TOO_BIG, "a message is above " + messageSize + " bytes");
        return new FrameHeader(last, opcode, (int) length, (int) number(4));
    }

    private long length(int marker) throws IOException, ProtocolException {
        if (marker < 126) return marker;
        long length = number(marker == 126 ? 2 : 8);
        if (length < 0) throw violation("the highest bit of a length is set");
        if (length < (marker == 126 ? 126 : 1 << 16))
            throw violation("a length is not in its shortest form");
        return length;
    }

    private long number(int bytes) throws IOException {
        long number = 0;
        for (int i = 0; i < bytes; i++) number = number << 8 | input.need();
        return number;
    }

    private void open(FrameHeader head) throws ProtocolException {
        if (head.opcode == Frames.CONTINUATION) {
            if (opened == NONE) throw violation("a continuation has nothing to continue");
            return;
        }
        if (opened != NONE) throw violation("a message begins inside another");
        opened = head.opcode;
        size = 0;
    }

    /// Reads a frame's payload. Memory grows with the received data, not with the announced length.
    private void read(FrameHeader head) throws IOException {
        byte[] chunk = new byte[Math.min(head.length, CHUNK)];
        for (int done = 0; done < head.length; ) {
            int count = input.need(chunk, 0, Math.min(chunk.length, head.length - done));
            if (opened == Frames.TEXT) {
                if (text.length < size + count) text = Arrays.copyOf(text, roomFor(size + count));
                for (int i = 0; i < count; i++) text[size + i] = head.unmasked(chunk[i], done + i);
            }
            size += count;
            done += count;
        }
    }

    private int roomFor(int length) {
        return Math.max(length, Math.min(2 * text.length, messageSize));
    }

    private WebSocketMessage message() throws ProtocolException {
        WebSocketMessage message =
                opened == Frames.TEXT
                        ? new WebSocketMessage.Text(decoded(text, 0, size))
                        : new WebSocketMessage.Binary(size);
        opened = NONE;
        text = EMPTY;
        size = 0;
        return message;
    }

    private byte[] control(FrameHeader head) throws IOException {
        byte[] payload = new byte[head.length];
        for (int done = 0; done < payload.length; )
            done += input.need(payload, done, payload.length - done);
        for (int i = 0; i < payload.length; i++) payload[i] = head.unmasked(payload[i], i);
        return payload;
    }

    private static Closed closed(byte[] payload) throws ProtocolException {
        if (payload.length == 0) return new Closed(Closed.NO_CODE, "");
        if (payload.length == 1) throw violation("a close frame has half a code");
        int code = (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
        if (!Frames.isCloseCode(code)) throw violation(code + " is not a code for a close frame");
        return new Closed(code, decoded(payload, 2, payload.length - 2));
    }

    private static String decoded(byte[] bytes, int offset, int length) throws ProtocolException {
        try {
            // A new decoder reports malformed input instead of replacing it.
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length)).toString();
        } catch (CharacterCodingException _) {
            throw new ProtocolException(Closed.NOT_UTF8, "a text is not UTF-8");
        }
    }

    private static ProtocolException violation(String rule) {
        return new ProtocolException(Closed.PROTOCOL_ERROR, rule);
    }
}
