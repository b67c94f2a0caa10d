package dev.elastigres.monitor.postgres;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/// Checks each message of a server (version 3 of the protocol) as a whole before the driver reads
/// its first byte. The driver trusts servers: it allocates the length that a message announces,
/// reads strings to their end without a limit, and stores every reported parameter.
///
/// Accepts only the messages that Postgres sends to this monitor, which logs in and uses simple
/// queries, without `COPY` and `LISTEN`.
final class MessageStream extends InputStream {
    private static final int BUFFER = 2 << 10;
    private static final int HEAD = 5;
    private static final int MAX_LENGTH = 256 << 10;
    private static final int MAX_PARAMETERS = 64;
    private static final int MAX_PARAMETER = 16 << 10;

    /// Bytes that describe a column, after its name.
    private static final int COLUMN_DETAILS = 18;

    private static final int SASL_MECHANISMS = 10;
    private static final int MAX_CANCEL_KEY = 256;

    private final InputStream in;
    private final Set<ByteBuffer> parameters = new HashSet<>();
    private ByteBuffer message = ByteBuffer.allocate(0);

    MessageStream(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER);
    }

    @Override
    public int read() throws IOException {
        if (!message.hasRemaining() && !next()) return -1;
        return message.get() & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) return 0;
        if (!message.hasRemaining() && !next()) return -1;
        int count = Math.min(length, message.remaining());
        message.get(target, offset, count);
        return count;
    }

    @Override
    public int available() {
        return message.remaining();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /// Reads the next message. Returns false at the end of the stream.
    private boolean next() throws IOException {
        byte[] head = new byte[HEAD];
        int first = in.read();
        if (first < 0) return false;
        head[0] = (byte) first;
        fill(head, 1);
        // The length includes itself.
        int length = ByteBuffer.wrap(head).getInt(1) - 4;
        if (length < 0 || length > MAX_LENGTH)
            throw new MessageException(
                    "a message of %s bytes".formatted(Integer.toUnsignedString(length + 4)));
        byte[] whole = Arrays.copyOf(head, HEAD + length);
        fill(whole, HEAD);
        check((char) first, ByteBuffer.wrap(whole, HEAD, length).slice());
        message = ByteBuffer.wrap(whole);
        return true;
    }

    private void fill(byte[] target, int from) throws IOException {
        for (int at = from; at < target.length; ) {
            int count = in.read(target, at, target.length - at);
            if (count < 0) throw new EOFException("the server has closed the connection");
            at += count;
        }
    }

    private void check(char type, ByteBuffer body) throws MessageException {
        boolean sound =
                switch (type) {
                    case 'R' -> isAuthentication(body);
                    case 'S' -> isParameter(body);
                    case 'K' -> body.remaining() >= 8 && body.remaining() <= 4 + MAX_CANCEL_KEY;
                    case 'Z' -> body.remaining() == 1;
                    case 'T' -> isRowDescription(body);
                    case 'D' -> isRow(body);
                    case 'C' -> isText(body) && !body.hasRemaining();
                    case 'E', 'N' -> body.hasRemaining();
                    case 'I' -> !body.hasRemaining();
                    default -> false;
                };
        if (!sound)
            throw new MessageException("an invalid message of type 0x" + Integer.toHexString(type));
    }

    private static boolean isAuthentication(ByteBuffer body) {
        if (body.remaining() < 4) return false;
        int kind = body.getInt();
        return switch (kind) {
            // Success, and a request for the cleartext password.
            case 0, 3 -> !body.hasRemaining();
            // A request for the MD5-hashed password, with a salt.
            case 5 -> body.remaining() == 4;
            case SASL_MECHANISMS -> {
                int start;
                do {
                    start = body.position();
                    if (!isText(body)) yield false;
                } while (body.position() > start + 1);
                yield !body.hasRemaining();
            }
            default -> true;
        };
    }

    private boolean isParameter(ByteBuffer body) throws MessageException {
        if (body.remaining() > MAX_PARAMETER) return false;
        if (!isText(body)) return false;
        ByteBuffer name = body.duplicate().flip();
        if (!isText(body) || body.hasRemaining()) return false;
        parameters.add(name);
        if (parameters.size() > MAX_PARAMETERS)
            throw new MessageException("more than " + MAX_PARAMETERS + " parameters");
        return true;
    }

    private static boolean isRowDescription(ByteBuffer body) {
        if (body.remaining() < 2) return false;
        for (int columns = body.getShort() & 0xffff; columns > 0; columns--) {
            if (!isText(body) || body.remaining() < COLUMN_DETAILS) return false;
            body.position(body.position() + COLUMN_DETAILS);
        }
        return !body.hasRemaining();
    }

    private static boolean isRow(ByteBuffer body) {
        if (body.remaining() < 2) return false;
        for (int columns = body.getShort() & 0xffff; columns > 0; columns--) {
            if (body.remaining() < 4) return false;
            // A null column has the length -1.
            int length = Math.max(body.getInt(), 0);
            if (length > body.remaining()) return false;
            body.position(body.position() + length);
        }
        return !body.hasRemaining();
    }

    /// Skips a string and its terminating zero. Returns false if there is none.
    private static boolean isText(ByteBuffer body) {
        while (body.hasRemaining()) if (body.get() == 0) return true;
        return false;
    }
}
