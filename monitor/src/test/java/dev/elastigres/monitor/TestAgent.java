package dev.elastigres.monitor;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.settings.HostPort;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/// An agent on a plain socket, which can violate the protocols. Each wait is limited to half a
/// minute.
final class TestAgent implements AutoCloseable {
    static final int CONTINUATION = 0x0;
    static final int TEXT = 0x1;
    static final int BINARY = 0x2;
    static final int CLOSE = 0x8;
    static final int PING = 0x9;
    static final int PONG = 0xa;

    private static final int TIMEOUT_MILLIS = 30_000;
    private static final byte[] MASK = {0x11, (byte) 0xa7, 0x3c, (byte) 0xf0};
    private static final String UPGRADE =
            """
            Host: localhost\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Key: ZWxhc3RpZ3JlcyB0ZXN0cw==\r
            Sec-WebSocket-Version: 13\r
            """;

    private final Socket socket;
    private final DataInputStream in;

    /// @param payload the payload, one character per byte
    record MonitorFrame(int opcode, String payload) {
        String text() {
            if (opcode != TEXT) throw new AssertionError("not a text frame: " + this);
            return new String(payload.getBytes(ISO_8859_1), UTF_8);
        }
    }

    /// The monitor's close frame.
    record CloseFrame(int code, String reason) {}

    private TestAgent(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /// Connects, and sends nothing.
    static TestAgent dial(HostPort address) throws IOException {
        return dial(address, 0);
    }

    /// Connects, and sends nothing.
    ///
    /// @param receiveBuffer size of the kernel's receive buffer, for an agent that does not read; 0
    ///     for the default
    static TestAgent dial(HostPort address, int receiveBuffer) throws IOException {
        var socket = new Socket();
        if (receiveBuffer > 0) socket.setReceiveBufferSize(receiveBuffer);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(address.host(), address.port()), TIMEOUT_MILLIS);
        return new TestAgent(socket);
    }

    /// Uses a connected socket.
    static TestAgent over(Socket socket) throws IOException {
        return new TestAgent(socket);
    }

    /// Connects and opens a WebSocket, without the handshake of the protocol.
    static TestAgent connect(HostPort address) throws IOException {
        return dial(address).upgrade();
    }

    /// Connects and negotiates v1.0.
    static TestAgent greet(HostPort address) throws IOException {
        return connect(address).shakeHands();
    }

    /// Connects and negotiates v1.1.
    static TestAgent greetV11(HostPort address) throws IOException {
        return connect(address).shakeHands(2);
    }

    /// Connects to another path and negotiates v1.1.
    static TestAgent greetAt(HostPort address, String path) throws IOException {
        TestAgent agent = dial(address);
        String head = agent.upgradeHead(path, "");
        if (!head.startsWith("HTTP/1.1 101 ")) throw new AssertionError(head);
        return agent.shakeHands(2);
    }

    TestAgent upgrade() throws IOException {
        return upgrade("");
    }

    /// Opens the WebSocket.
    ///
    /// @param headers additional headers, each with its line end
    TestAgent upgrade(String headers) throws IOException {
        String head = upgradeHead(headers);
        if (!head.startsWith("HTTP/1.1 101 ")) throw new AssertionError(head);
        return this;
    }

    /// Requests a WebSocket and returns the head of the response.
    String upgradeHead(String headers) throws IOException {
        return upgradeHead("/monitor", headers);
    }

    String upgradeHead(String path, String headers) throws IOException {
        sendRaw(
                ("GET " + path + " HTTP/1.1\r\n" + UPGRADE + headers + "\r\n")
                        .getBytes(ISO_8859_1));
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) head.append((char) in.readUnsignedByte());
        return head.toString();
    }

    /// Sends `request` unchanged and returns the whole response.
    String ask(String request) throws IOException {
        sendRaw(request.getBytes(ISO_8859_1));
        return new String(in.readAllBytes(), UTF_8);
    }

    TestAgent shakeHands() throws IOException {
        return shakeHands(1);
    }

    /// Negotiates a version.
    ///
    /// @param version the newest version offered, which the monitor must select
    private TestAgent shakeHands(int version) throws IOException {
        send("{\"min\":1,\"max\":" + version + "}\n");
        String answer = nextFrame().text();
        if (!answer.equals("{\"version\":" + version + "}")) throw new AssertionError(answer);
        return this;
    }

    // ---- saying

    TestAgent send(String text) throws IOException {
        return sendRaw(frame(true, TEXT, text.getBytes(UTF_8)));
    }

    TestAgent sendRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    TestAgent askHealth(long id) throws IOException {
        return send("{\"content\":{},\"type\":\"HealthCheck\",\"id\":%d}\n".formatted(id));
    }

    TestAgent announce(long id, long mebibytes) throws IOException {
        return sendResources("UpscaleNotification", "granted", id, mebibytes);
    }

    TestAgent askDownscale(long id, long mebibytes) throws IOException {
        return sendResources("DownscaleRequest", "target", id, mebibytes);
    }

    private TestAgent sendResources(String type, String field, long id, long mebibytes)
            throws IOException {
        return send(
                "{\"content\":{\"%s\":{\"cpu\":0.5,\"mem\":%d}},\"type\":\"%s\",\"id\":%d}\n"
                        .formatted(field, mebibytes << 20, type, id));
    }

    /// Returns a valid client frame: masked, with its length in the shortest form.
    static byte[] frame(boolean last, int opcode, byte[] payload) {
        var frame = new ByteArrayOutputStream();
        frame.write((last ? 0x80 : 0) | opcode);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else if (payload.length <= 0xffff) {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8)
                frame.write((int) ((long) payload.length >> shift));
        }
        frame.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) frame.write(payload[i] ^ MASK[i % 4]);
        return frame.toByteArray();
    }

    // ---- hearing

    MonitorFrame nextFrame() throws IOException {
        int opcode = in.readUnsignedByte() & 0x0f;
        int length = in.readUnsignedByte();
        if (length == 126) length = in.readUnsignedShort();
        else if (length == 127) length = Math.toIntExact(in.readLong());
        byte[] payload = new byte[length];
        in.readFully(payload);
        return new MonitorFrame(opcode, new String(payload, ISO_8859_1));
    }

    WireMessage next() throws IOException {
        return WireMessage.parse(nextFrame().text());
    }

    /// Returns the next message that is not a request of the monitor.
    WireMessage nextAnswer() throws IOException {
        WireMessage message = next();
        while (message.type().equals("UpscaleRequest")) message = next();
        return message;
    }

    WireMessage nextUpscaleRequest() throws IOException {
        WireMessage message = next();
        if (!message.type().equals("UpscaleRequest")) throw new AssertionError(message);
        return message;
    }

    /// Checks that the session works and no unexpected message arrived before.
    void checkHealth(long id) throws IOException {
        String answer = askHealth(id).nextFrame().text();
        String expected = "{\"type\":\"HealthCheck\",\"id\":" + id + "}";
        if (!answer.equals(expected))
            throw new AssertionError("instead of " + expected + ": " + answer);
    }

    /// Returns the monitor's close frame; skips messages before it.
    CloseFrame closeFrame() throws IOException {
        MonitorFrame frame = nextFrame();
        while (frame.opcode != CLOSE) frame = nextFrame();
        int code = frame.payload.charAt(0) << 8 | frame.payload.charAt(1);
        byte[] reason = frame.payload.substring(2).getBytes(ISO_8859_1);
        return new CloseFrame(code, new String(reason, UTF_8));
    }

    // ---- leaving

    /// Resets the connection, without a close frame.
    void vanish() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
