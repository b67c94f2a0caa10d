package dev.elastigres.daemon.http;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// A server on a free port that records how its sessions end.
final class TestServer implements AutoCloseable {
    final BlockingQueue<String> failures = new LinkedBlockingQueue<>();
    final BlockingQueue<Closed> ends = new LinkedBlockingQueue<>();
    final BlockingQueue<WebSocketMessage> received = new LinkedBlockingQueue<>();
    private final HttpServer http;

    /// Starts a server with `routes`.
    TestServer(Routes routes, ServerLimits limits) throws ListenException {
        var anywhere = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        http =
                HttpServer.start(
                        anywhere,
                        routes,
                        limits,
                        (what, where, cause) ->
                                failures.add(what + ": " + where + ": " + cause.getMessage()));
    }

    /// Starts a server that admits all peers at `/ws` and echoes their texts.
    static TestServer echo(ServerLimits limits) throws ListenException {
        return withSession(limits, TestServer::echo);
    }

    static TestServer withSession(ServerLimits limits, RecordingSession session)
            throws ListenException {
        var box = new TestServer[1];
        var server =
                new TestServer(
                        Routes.NONE.withWebSocket("/ws", socket -> session.run(box[0], socket)),
                        limits);
        box[0] = server;
        return server;
    }

    /// A session with access to its test server.
    interface RecordingSession {
        void run(TestServer server, WebSocket socket) throws InterruptedException;
    }

    private static void echo(TestServer server, WebSocket socket) {
        socket.admitted();
        server.echoUntilClosed(socket);
    }

    void echoUntilClosed(WebSocket socket) {
        while (true) {
            WebSocketMessage incoming = socket.receive();
            received.add(incoming);
            switch (incoming) {
                case WebSocketMessage.Text(String text) -> socket.send(text);
                case WebSocketMessage.Binary _ -> {}
                case Closed closed -> {
                    ends.add(closed);
                    return;
                }
            }
        }
    }

    InetSocketAddress address() {
        return http.address();
    }

    HttpServer http() {
        return http;
    }

    RawClient connect() throws IOException {
        return RawClient.connect(address());
    }

    RawClient upgraded() throws IOException {
        return RawClient.upgraded(address());
    }

    /// Waits for the end of the next session.
    Closed end() throws InterruptedException {
        @Nullable Closed end = ends.poll(20, SECONDS);
        if (end == null) throw new AssertionError("no session ended");
        return end;
    }

    @Override
    public void close() {
        http.close();
    }

    /// Returns the default limits with other times, short enough for tests, and another outbox
    /// size.
    static ServerLimits limits(
            Duration setup,
            int outbox,
            Duration pingAfter,
            Duration silenceTimeout,
            Duration closeWait,
            Duration writeWait) {
        ServerLimits usual = ServerLimits.DEFAULT;
        return new ServerLimits(
                usual.headSize(),
                usual.headers(),
                usual.messageSize(),
                usual.sessions(),
                usual.pendingConnections(),
                setup,
                outbox,
                pingAfter,
                silenceTimeout,
                closeWait,
                writeWait);
    }
}
