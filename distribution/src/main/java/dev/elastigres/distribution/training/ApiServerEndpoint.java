package dev.elastigres.distribution.training;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/// The HTTP endpoint of a fake API server: complete responses over TLS, and watches over
/// WebSockets. It listens on a free port of the loopback address. The daemons' own server accepts
/// no request bodies, and the JDK's server has no WebSockets.
final class ApiServerEndpoint implements AutoCloseable {
    private static final int BACKLOG = 64;
    private static final int MAX_LINE_LENGTH = 16 * 1024;
    private static final int MAX_HEADERS = 100;
    private static final int MAX_BODY_BYTES = 4 << 20;

    /// The GUID that RFC 6455 appends to the client's key.
    private static final String ACCEPT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int TEXT = 0x81;
    private static final int LENGTH_OF_TWO_BYTES = 126;
    private static final int LENGTH_OF_EIGHT_BYTES = 127;

    private final SSLServerSocket listener;
    private final ApiBackend cluster;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private ApiServerEndpoint(SSLServerSocket listener, ApiBackend cluster) {
        this.listener = listener;
        this.cluster = cluster;
    }

    /// @param path without the query
    record ApiRequest(String method, String path, String body) {}

    record ApiResponse(int status, String json) {}

    /// Answers the requests. Connection threads call it concurrently.
    interface ApiBackend {
        ApiResponse answer(ApiRequest ask);

        /// A client watches the list at `path`.
        void follow(String path, ApiWatch watch);
    }

    static ApiServerEndpoint start(SSLContext identity, ApiBackend cluster) throws IOException {
        var listener =
                (SSLServerSocket)
                        identity.getServerSocketFactory()
                                .createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        var server = new ApiServerEndpoint(listener, cluster);
        Thread.ofVirtual().name("training-api").start(server::accept);
        return server;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            // The listener is closed or has failed: clients get no more answers.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            var in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            while (true) {
                String first = line(in);
                if (first.isEmpty()) return;
                Map<String, String> headers = headers(in);
                int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
                if (length > MAX_BODY_BYTES) return;
                String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
                String[] words = first.split(" ", -1);
                if (words.length < 2) return;
                String path = words[1].replaceFirst("\\?.*", "");
                if (headers.containsKey("sec-websocket-key")) {
                    watch(path, headers.get("sec-websocket-key"), in, out);
                    return;
                }
                write(out, cluster.answer(new ApiRequest(words[0], path, body)));
            }
        } catch (IOException | NumberFormatException _) {
            // The agent has disconnected, or the request is invalid.
        } finally {
            open.remove(socket);
        }
    }

    private static Map<String, String> headers(InputStream in) throws IOException {
        var headers = new HashMap<String, String>();
        for (int i = 0; i < MAX_HEADERS; i++) {
            String line = line(in);
            if (line.isEmpty()) return headers;
            int colon = line.indexOf(':');
            if (colon < 0) throw new IOException("no header");
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        throw new IOException("too many headers");
    }

    /// Reads a line. Returns an empty one at the end of the stream, too.
    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        while (line.length() < MAX_LINE_LENGTH) {
            int next = in.read();
            if (next < 0 || next == '\n') return line.toString().strip();
            line.append((char) next);
        }
        throw new IOException("a line is too long");
    }

    private static void write(OutputStream out, ApiResponse answer) throws IOException {
        byte[] body = answer.json().getBytes(StandardCharsets.UTF_8);
        String head =
                """
                HTTP/1.1 %d Answered
                Content-Type: application/json
                Content-Length: %d

                """
                        .formatted(answer.status(), body.length)
                        .replace("\n", "\r\n");
        out.write(head.getBytes(StandardCharsets.UTF_8));
        out.write(body);
        out.flush();
    }

    /// Serves a watch until the agent disconnects. Frames from the agent are ignored.
    private void watch(String path, String key, InputStream in, OutputStream out)
            throws IOException {
        String head =
                """
                HTTP/1.1 101 Switching Protocols
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Accept: %s

                """
                        .formatted(accepted(key))
                        .replace("\n", "\r\n");
        out.write(head.getBytes(StandardCharsets.UTF_8));
        out.flush();
        cluster.follow(path, new ApiWatch(out));
        in.transferTo(OutputStream.nullOutputStream());
    }

    private static String accepted(String key) {
        try {
            byte[] text = (key + ACCEPT).getBytes(StandardCharsets.UTF_8);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    /// A client's watch. Thread-safe.
    static final class ApiWatch {
        private final OutputStream out;

        private ApiWatch(OutputStream out) {
            this.out = out;
        }

        /// Sends an event. Does nothing if the client has disconnected.
        ///
        /// @param type such as `MODIFIED`
        synchronized void tell(String type, String object) {
            byte[] text =
                    "{\"type\":\"%s\",\"object\":%s}"
                            .formatted(type, object)
                            .getBytes(StandardCharsets.UTF_8);
            try {
                out.write(TEXT);
                if (text.length < LENGTH_OF_TWO_BYTES) out.write(text.length);
                else if (text.length <= 0xffff) out.write(length(LENGTH_OF_TWO_BYTES, 2, text));
                else out.write(length(LENGTH_OF_EIGHT_BYTES, Long.BYTES, text));
                out.write(text);
                out.flush();
            } catch (IOException _) {
                // The client has disconnected.
            }
        }

        private static byte[] length(int kind, int bytes, byte[] text) {
            byte[] length = new byte[1 + bytes];
            length[0] = (byte) kind;
            for (int i = 0; i < Integer.BYTES && i < bytes; i++)
                length[bytes - i] = (byte) (text.length >> (Byte.SIZE * i));
            return length;
        }
    }

    @Override
    public void close() {
        close(listener);
        open.forEach(ApiServerEndpoint::close);
    }

    private static void close(AutoCloseable it) {
        try {
            it.close();
        } catch (Exception _) {
            // A failure to close changes nothing: the socket is not used again.
        }
    }
}
