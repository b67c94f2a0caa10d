package dev.elastigres.daemon.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;

/// A client that sends any bytes, valid or not. Each wait is limited to ten seconds.
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final DataInputStream in;

    /// One frame from the server.
    public record ServerFrame(int opcode, String payload) {

        /// Returns the code of a close frame; 1005 if it has none.
        public int code() {
            if (opcode != Frames.CLOSE) throw new AssertionError("not a close frame: " + this);
            return payload.isEmpty() ? 1005 : payload.charAt(0) << 8 | payload.charAt(1);
        }

        public String reason() {
            return new String(payload.substring(2).getBytes(ISO_8859_1), UTF_8);
        }

        public String text() {
            if (opcode != Frames.TEXT) throw new AssertionError("not a text frame: " + this);
            return new String(payload.getBytes(ISO_8859_1), UTF_8);
        }
    }

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    public static RawClient connect(InetSocketAddress address) throws IOException {
        return connect(address, 0);
    }

    /// Connects with a small receive window, so that the server soon has to wait.
    ///
    /// @param receiveBuffer size of the kernel's receive buffer; 0 for the default
    public static RawClient connect(InetSocketAddress address, int receiveBuffer)
            throws IOException {
        var socket = new Socket();
        if (receiveBuffer > 0) socket.setReceiveBufferSize(receiveBuffer);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(address, TIMEOUT_MILLIS);
        return new RawClient(socket);
    }

    /// Uses a connected socket.
    public static RawClient over(Socket socket) throws IOException {
        return new RawClient(socket);
    }

    /// Connects and requests a WebSocket at `/ws`.
    public static RawClient upgraded(InetSocketAddress address) throws IOException {
        return connect(address).upgrade();
    }

    public RawClient upgrade() throws IOException {
        send(upgradeRequest(""));
        String head = readHead();
        if (!head.startsWith("HTTP/1.1 101 ")) throw new AssertionError(head);
        return this;
    }

    public static String upgradeRequest(String moreHeaders) {
        return "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + moreHeaders
                + "\r\n";
    }

    public RawClient send(String latin1) throws IOException {
        return send(latin1.getBytes(ISO_8859_1));
    }

    public RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    public RawClient sendText(String text) throws IOException {
        return send(frame(true, Frames.TEXT, text.getBytes(UTF_8)));
    }

    public RawClient sendClose(int code) throws IOException {
        return send(frame(true, Frames.CLOSE, new byte[] {(byte) (code >> 8), (byte) code}));
    }

    /// Returns a valid client frame: masked, in its shortest form.
    public static byte[] frame(boolean last, int opcode, byte[] payload) {
        var frame = new ByteArrayOutputStream();
        frame.write((last ? 0x80 : 0) | opcode);
        int length = payload.length;
        if (length < 126) frame.write(0x80 | length);
        else if (length < 1 << 16) {
            frame.write(0x80 | 126);
            frame.write(length >> 8);
            frame.write(length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8)
                frame.write((int) ((long) length >> shift));
        }
        byte[] mask = {0x37, (byte) 0xfa, 0x21, 0x3d};
        frame.writeBytes(mask);
        for (int i = 0; i < length; i++) frame.write(payload[i] ^ mask[i & 3]);
        return frame.toByteArray();
    }

    /// Returns the head of a response, without its empty line.
    public String readHead() throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) head.append((char) in.readUnsignedByte());
        return head.substring(0, head.length() - 4);
    }

    /// Returns all input up to the end.
    public String readAll() throws IOException {
        return new String(in.readAllBytes(), UTF_8);
    }

    public ServerFrame readFrame() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        if ((first & 0x80) == 0 || (second & 0x80) != 0)
            throw new AssertionError("the server's frames are whole and unmasked");
        int length = second;
        if (length == 126) length = in.readUnsignedShort();
        else if (length == 127) length = Math.toIntExact(in.readLong());
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new ServerFrame(first & 0x0f, new String(payload, ISO_8859_1));
    }

    /// Returns whether the server ends the connection, in any way, before it sends more.
    public boolean isEnded() throws IOException {
        try {
            int next = in.read();
            if (next >= 0) throw new AssertionError("the server sent " + next);
            return true;
        } catch (EOFException | SocketException _) {
            return true;
        }
    }

    /// Resets the connection, as a crashed host would.
    public void vanish() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /// Returns the concatenation of `parts`.
    public static byte[] join(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        Arrays.stream(parts).forEach(all::writeBytes);
        return all.toByteArray();
    }
}
