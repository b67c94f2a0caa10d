package dev.elastigres.daemon.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final ServerLimits USUAL = ServerLimits.DEFAULT;

    @Test
    void silentConnectionsNeverDisturbAnAdmittedOne() throws Exception {
        var silent = new ArrayList<RawClient>();
        try (var server = TestServer.echo(USUAL);
                var agent = server.upgraded()) {
            for (int i = 0; i < 1000; i++) {
                silent.add(server.connect());
                if (i % 100 == 0) assertEchoes(agent, "during " + i);
            }
            assertEchoes(agent, "after");
            try (var late = server.upgraded()) {
                assertEchoes(late, "a real one still gets in");
            }
            assertThat(silent.getFirst().isEnded()).isTrue();
            assertThat(server.failures).isEmpty();
        } finally {
            for (var client : silent) client.close();
        }
    }

    @Test
    void upgradedButSilentConnectionsNeverDisturbAnAdmittedOne() throws Exception {
        var silent = new ArrayList<RawClient>();
        try (var server =
                        TestServer.withSession(
                                USUAL,
                                (test, socket) -> {
                                    if (!(socket.receive() instanceof WebSocketMessage.Text))
                                        return;
                                    socket.admitted();
                                    socket.send("admitted");
                                    test.echoUntilClosed(socket);
                                });
                var agent = server.upgraded()) {
            agent.sendText("it's me");
            assertThat(agent.readFrame().text()).isEqualTo("admitted");
            for (int i = 0; i < 200; i++) silent.add(server.upgraded());
            assertEchoes(agent, "after");
            try (var late = server.upgraded()) {
                late.sendText("me, too");
                assertThat(late.readFrame().text()).isEqualTo("admitted");
            }
            assertThat(silent.getFirst().isEnded()).isTrue();
        } finally {
            for (var client : silent) client.close();
        }
    }

    @Test
    void closesOldestPendingConnectionWhenFull() throws Exception {
        try (var server = TestServer.echo(USUAL.withPendingConnections(2));
                var first = server.connect();
                var second = server.connect();
                var third = server.connect()) {
            assertThat(first.isEnded()).isTrue();
            assertEchoes(second.upgrade(), "second");
            assertEchoes(third.upgrade(), "third");
        }
    }

    @Test
    void limitsSessionsSeparatelyFromPages() throws Exception {
        try (var server = new TestServer(pageAndEcho(), withSessions(3))) {
            var admitted = new ArrayList<RawClient>();
            for (int i = 0; i < 3; i++) {
                admitted.add(server.upgraded());
                assertEchoes(admitted.getLast(), "admitted " + i);
            }
            try (var one = server.upgraded()) {
                var close = one.readFrame();
                assertThat(close.code()).isEqualTo(Closed.TRY_LATER);
                assertThat(close.reason()).isEqualTo("too many sessions are open");
            }
            assertThat(page(server)).startsWith("HTTP/1.1 200 ");
            for (var client : admitted) assertEchoes(client, "still here");
            admitted.getFirst().sendClose(1000);
            assertThat(admitted.getFirst().readFrame().code()).isEqualTo(1000);
            assertThat(admitted.getFirst().isEnded()).isTrue();
            assertEchoes(comeIn(server), "there is a place again");
            for (var client : admitted) client.close();
        }
    }

    @Test
    void sessionsThatDoNotAnswerTheirCloseAreTheFirstToGo() throws Exception {
        var current = new AtomicReference<@Nullable WebSocket>();
        WebSocketSession oneAtATime =
                socket -> {
                    socket.admitted();
                    WebSocket before = current.getAndSet(socket);
                    if (before != null)
                        Thread.ofVirtual().start(() -> before.close(1000, "replaced"));
                    while (socket.receive() instanceof WebSocketMessage.Text(String text))
                        socket.send(text);
                };
        Routes routes =
                Routes.NONE
                        .with("/page", _ -> Response.text(200, "here"))
                        .withWebSocket("/ws", oneAtATime);
        var deaf = new ArrayList<RawClient>();
        try (var server = new TestServer(routes, withSessions(3))) {
            // It neither reads nor answers, like a peer that only connects.
            for (int i = 0; i < 300; i++) {
                deaf.add(server.upgraded());
                if (i % 20 == 0) assertThat(page(server)).startsWith("HTTP/1.1 200 ");
            }
            try (var agent = server.upgraded()) {
                assertEchoes(agent, "there is a place");
                assertThat(page(server)).startsWith("HTTP/1.1 200 ");
            }
        } finally {
            for (var client : deaf) client.close();
        }
    }

    @Test
    void slowReadersOfPagesNeitherDisturbSessionsNorOtherPages() throws Exception {
        var big = Response.text(200, "x".repeat(20 << 20));
        Routes routes = pageAndEcho().with("/big", _ -> big);
        var slow = new ArrayList<RawClient>();
        try (var server = new TestServer(routes, USUAL);
                var agent = server.upgraded()) {
            assertEchoes(agent, "before");
            for (int i = 0; i < 100; i++)
                slow.add(
                        RawClient.connect(server.address(), 4096)
                                .send("GET /big HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            assertThat(page(server)).startsWith("HTTP/1.1 200 ");
            assertEchoes(agent, "after");
            try (var late = server.upgraded()) {
                assertEchoes(late, "a new one gets in");
            }
        } finally {
            for (var client : slow) client.close();
        }
    }

    private static Routes pageAndEcho() {
        return Routes.NONE
                .with("/page", _ -> Response.text(200, "here"))
                .withWebSocket(
                        "/ws",
                        socket -> {
                            socket.admitted();
                            while (socket.receive() instanceof WebSocketMessage.Text(String text))
                                socket.send(text);
                        });
    }

    private static ServerLimits withSessions(int sessions) {
        return new ServerLimits(
                1024,
                10,
                1024,
                sessions,
                2,
                Duration.ofSeconds(30),
                8,
                USUAL.pingAfter(),
                USUAL.silenceTimeout(),
                Duration.ofSeconds(30),
                USUAL.writeWait());
    }

    private static String page(TestServer server) throws IOException {
        try (var client = server.connect()) {
            return client.send("GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n").readAll();
        }
    }

    /// Connects and is admitted. The place of a peer that has left becomes free very soon, but not
    /// at a time that a client can observe.
    private static RawClient comeIn(TestServer server) throws IOException {
        long deadline = System.nanoTime() + SECONDS.toNanos(20);
        while (true) {
            RawClient client = server.upgraded();
            client.sendText("?");
            if (client.readFrame().opcode() == Frames.TEXT) return client;
            client.close();
            if (System.nanoTime() - deadline > 0) throw new AssertionError("no place");
        }
    }

    @Test
    void dripsDoNotExtendTheSetUp() throws Exception {
        try (var server = TestServer.echo(USUAL.withSetup(Duration.ofMillis(300)))) {
            assertThatThrownBy(() -> drip(server.connect(), "GET /ws HTTP/1.1\r\nX: ", "y"))
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void dripsAfterTheUpgradeDoNotExtendTheSetUpEither() throws Exception {
        var limits = USUAL.withSetup(Duration.ofMillis(300));
        try (var server = TestServer.withSession(limits, TestServer::echoUntilClosed)) {
            String ping = "\u0089\u0080\u0000\u0000\u0000\u0000";
            assertThatThrownBy(() -> drip(server.upgraded(), "", ping))
                    .isInstanceOf(SocketException.class);
            assertThat(server.end())
                    .isEqualTo(new Closed(Closed.POLICY, "not admitted within 300 ms"));
        }
    }

    /// Sends until the server closes the connection.
    private static void drip(RawClient client, String beginning, String drop) throws Exception {
        try (client) {
            client.send(beginning);
            long deadline = System.nanoTime() + SECONDS.toNanos(20);
            while (System.nanoTime() - deadline < 0) {
                client.send(drop);
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    @Test
    void theSetUpEndsForASessionThatDoesNotListen() throws Exception {
        var limits = USUAL.withSetup(Duration.ofMillis(300));
        try (var server =
                        TestServer.withSession(
                                limits,
                                (test, socket) -> {
                                    while (socket.send("?")) Thread.onSpinWait();
                                    test.ends.add((Closed) socket.receive());
                                });
                var client = server.upgraded()) {
            RawClient.ServerFrame frame;
            do frame = client.readFrame();
            while (frame.opcode() == Frames.TEXT);
            assertThat(frame.code()).isEqualTo(Closed.POLICY);
            assertThat(server.end().code()).isEqualTo(Closed.POLICY);
        }
    }

    @Test
    void theAdmittedOutliveTheSetUp() throws Exception {
        try (var server = TestServer.echo(USUAL.withSetup(Duration.ofMillis(100)));
                var agent = server.upgraded();
                var silent = server.connect()) {
            assertEchoes(agent, "before");
            assertThat(silent.isEnded()).isTrue();
            assertEchoes(agent, "after");
        }
    }

    @Test
    void limitsMakeSense() {
        for (Runnable nonsense :
                List.<Runnable>of(
                        () -> USUAL.withPendingConnections(0),
                        () -> USUAL.withMessageSize(10),
                        () -> USUAL.withSetup(Duration.ZERO),
                        () -> USUAL.withSetup(Duration.ofDays(2))))
            assertThatThrownBy(nonsense::run).isInstanceOf(IllegalArgumentException.class);
        assertThat(USUAL.withPendingConnections(100).sessions()).isEqualTo(100);
    }

    private static void assertEchoes(RawClient client, String text) throws IOException {
        client.sendText(text);
        assertThat(client.readFrame().text()).isEqualTo(text);
    }
}
