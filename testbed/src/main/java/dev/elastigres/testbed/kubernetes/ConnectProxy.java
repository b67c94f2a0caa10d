package dev.elastigres.testbed.kubernetes;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A proxy through which an API server reaches nodes whose addresses it cannot route to. It accepts
/// HTTP CONNECT on a Unix socket, for registered addresses only. Every process that may open the
/// socket can use it.
final class ConnectProxy implements AutoCloseable {
    /// Maximum number of concurrent connections; further ones wait to be accepted.
    private static final int MAX = 128;

    private static final int LARGEST_HEAD = 4096;
    private static final Pattern CONNECT = Pattern.compile("CONNECT (\\S+) HTTP/1\\.1\r\n");

    private final ConnectionAcceptor acceptor;
    private final Duration timeout;
    private final Map<String, InetSocketAddress> targets = new ConcurrentHashMap<>();

    private ConnectProxy(ConnectionAcceptor acceptor, Duration timeout) {
        this.acceptor = acceptor;
        this.timeout = timeout;
    }

    /// Opens a proxy.
    ///
    /// @param file path of the socket to create; its length is limited
    /// @param timeout maximum time until a client has sent its request
    static ConnectProxy open(Path file, Duration timeout) throws IOException {
        var acceptor =
                ConnectionAcceptor.bind(
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX),
                        UnixDomainSocketAddress.of(file),
                        MAX);
        var proxy = new ConnectProxy(acceptor, timeout);
        acceptor.start(proxy::serve);
        return proxy;
    }

    /// Registers the address that is connected to for `address`, such as `node-1:10250`.
    void lead(String address, InetSocketAddress target) {
        targets.put(address, target);
    }

    private void serve(SocketChannel caller)
            throws IOException, ExecutionException, InterruptedException {
        try (var node = SocketChannel.open()) {
            if (isAdmitted(caller, node)) new ChannelRelay(caller, node).run(acceptor.threads());
        }
    }

    /// Reads the request and connects `node`, or answers with an error. Returns whether it is
    /// connected.
    private boolean isAdmitted(SocketChannel caller, SocketChannel node) throws IOException {
        var late = acceptor.threads().submit(() -> closeWhenLate(caller));
        try {
            Matcher head = CONNECT.matcher(head(caller));
            if (!head.lookingAt()) return answered(caller, "400 Bad Request", false);
            InetSocketAddress target = targets.get(head.group(1));
            if (target == null) return answered(caller, "403 Unknown Address", false);
            try {
                node.connect(target);
            } catch (IOException _) {
                return answered(caller, "502 Not Reached", false);
            }
            return answered(caller, "200 OK", true);
        } finally {
            late.cancel(true);
        }
    }

    private Void closeWhenLate(SocketChannel caller) throws IOException, InterruptedException {
        Thread.sleep(timeout);
        caller.close();
        return null;
    }

    /// Returns the head of the request; empty if it is incomplete or followed by data. Clients send
    /// nothing before the answer.
    private static String head(SocketChannel caller) throws IOException {
        var buffer = ByteBuffer.allocate(LARGEST_HEAD);
        while (buffer.hasRemaining() && caller.read(buffer) >= 0) {
            String text = new String(buffer.array(), 0, buffer.position(), ISO_8859_1);
            if (text.endsWith("\r\n\r\n")) return text;
        }
        return "";
    }

    private static boolean answered(SocketChannel caller, String status, boolean admitted)
            throws IOException {
        String text = "HTTP/1.1 " + status + "\r\n\r\n";
        ChannelRelay.write(caller, ByteBuffer.wrap(text.getBytes(ISO_8859_1)));
        return admitted;
    }

    /// Closes the proxy and all its connections.
    @Override
    public void close() throws IOException {
        acceptor.close();
    }
}
