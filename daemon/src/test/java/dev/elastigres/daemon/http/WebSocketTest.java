package dev.elastigres.daemon.http;

import static dev.elastigres.daemon.http.RawClient.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WebSocketTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final String OTHER = "other" + "x".repeat(300);

    @Test
    void echoes() throws Exception {
        try (var server = TestServer.echo(ServerLimits.DEFAULT);
                var client = server.upgraded()) {
            for (int length : List.of(0, 1, 125, 126, 65_535, 65_536)) {
                String text = "ä".repeat(length / 2) + "a".repeat(length % 2);
                client.sendText(text);
                assertThat(client.readFrame().text()).isEqualTo(text);
            }
        }
    }

    @Test
    void readsFrameSentWithHandshake() throws Exception {
        try (var server = TestServer.echo(ServerLimits.DEFAULT);
                var client = server.connect()) {
            client.send(
                    RawClient.join(
                            RawClient.upgradeRequest("").getBytes(UTF_8),
                            frame(true, Frames.TEXT, "early".getBytes(UTF_8))));
            client.readHead();
            assertThat(client.readFrame().text()).isEqualTo("early");
        }
    }

    @Test
    void answersPingsInTheMiddleOfAMessage() throws Exception {
        try (var server = TestServer.echo(ServerLimits.DEFAULT);
                var client = server.upgraded()) {
            client.send(frame(false, Frames.TEXT, "a".getBytes(UTF_8)));
            client.send(frame(true, Frames.PING, "are you there?".getBytes(UTF_8)));
            assertThat(client.readFrame())
                    .isEqualTo(new RawClient.ServerFrame(Frames.PONG, "are you there?"));
            client.send(frame(true, Frames.CONTINUATION, "b".getBytes(UTF_8)));
            assertThat(client.readFrame().text()).isEqualTo("ab");
        }
    }

    @Test
    void reportsBinaryMessageAndContinues() throws Exception {
        try (var server = TestServer.echo(ServerLimits.DEFAULT);
                var client = server.upgraded()) {
            client.send(frame(true, Frames.BINARY, new byte[300]));
            assertThat(server.received.poll(20, SECONDS))
                    .isEqualTo(new WebSocketMessage.Binary(300));
            client.sendText("still here");
            assertThat(client.readFrame().text()).isEqualTo("still here");
        }
    }

    @Test
    void speaksWithARealClient() throws Exception {
        try (var server = TestServer.echo(ServerLimits.DEFAULT);
                var http = HttpClient.newHttpClient()) {
            var heard = new LinkedBlockingQueue<String>();
            var listener =
                    new java.net.http.WebSocket.Listener() {
                        @Override
                        public @Nullable CompletionStage<?> onText(
                                java.net.http.WebSocket socket, CharSequence data, boolean last) {
                            heard.add(data.toString());
                            socket.request(1);
                            return null;
                        }
                    };
            var socket =
                    http.newWebSocketBuilder()
                            .buildAsync(
                                    URI.create(
                                            "ws://127.0.0.1:" + server.address().getPort() + "/ws"),
                                    listener)
                            .get(20, SECONDS);
            socket.sendText("hel", false).get(20, SECONDS);
            socket.sendText("lo", true).get(20, SECONDS);
            assertThat(heard.poll(20, SECONDS)).isEqualTo("hello");
            socket.sendClose(1000, "done").get(20, SECONDS);
            assertThat(server.end()).isEqualTo(new Closed(1000, "done"));
        }
    }

    @Test
    void echoesThePeersClose() throws Exception {
        try (var server = TestServer.echo(ServerLimits.DEFAULT)) {
            try (var client = server.upgraded()) {
                client.sendClose(1011);
                assertThat(client.readFrame().code()).isEqualTo(1011);
                assertThat(client.isEnded()).isTrue();
                assertThat(server.end()).isEqualTo(new Closed(1011, ""));
            }
            try (var client = server.upgraded()) {
                client.send(frame(true, Frames.CLOSE, new byte[0]));
                assertThat(client.readFrame().code()).isEqualTo(1005);
                assertThat(client.isEnded()).isTrue();
                assertThat(server.end()).isEqualTo(new Closed(Closed.NO_CODE, ""));
            }
        }
    }

    @Test
    void closeFrameNamesProtocolViolation() throws Exception {
        try (var server = TestServer.echo(ServerLimits.DEFAULT);
                var client = server.upgraded()) {
            client.sendText("fine");
            assertThat(client.readFrame().text()).isEqualTo("fine");
            client.send("\u0081\u0005hello").send("x".repeat(5000));
            var close = client.readFrame();
            assertThat(close.code()).isEqualTo(1002);
            assertThat(close.reason()).isEqualTo("a client's frame must be masked");
            assertThat(client.isEnded()).isTrue();
            assertThat(server.end()).isEqualTo(new Closed(1002, "a client's frame must be masked"));
        }
    }

    @Test
    void closesSessionWhenMessageIsTooBig() throws Exception {
        try (var server = TestServer.echo(ServerLimits.DEFAULT.withMessageSize(1000));
                var client = server.upgraded()) {
            client.send(frame(true, Frames.TEXT, new byte[100_000]));
            assertThat(client.readFrame().code()).isEqualTo(1009);
            assertThat(client.isEnded()).isTrue();
            assertThat(server.end().code()).isEqualTo(1009);
        }
    }

    @Test
    void sendsPendingMessagesThenCloseReason() throws Exception {
        String reason = "€".repeat(50);
        try (var server =
                        TestServer.withSession(
                                ServerLimits.DEFAULT,
                                (test, socket) -> {
                                    socket.admitted();
                                    for (int i = 0; i < 50; i++) socket.send("message " + i);
                                    socket.close(4000, reason);
                                    test.ends.add((Closed) socket.receive());
                                    test.received.add(
                                            new WebSocketMessage.Text(
                                                    "sent " + socket.send("late")));
                                });
                var client = server.upgraded()) {
            for (int i = 0; i < 50; i++)
                assertThat(client.readFrame().text()).isEqualTo("message " + i);
            var close = client.readFrame();
            assertThat(close.code()).isEqualTo(4000);
            assertThat(close.reason()).isEqualTo("€".repeat(41));
            client.sendText("ignored").sendClose(4000);
            assertThat(client.isEnded()).isTrue();
            assertThat(server.end()).isEqualTo(new Closed(4000, reason));
            assertThat(server.received.poll(20, SECONDS))
                    .isEqualTo(new WebSocketMessage.Text("sent false"));
        }
    }

    @Test
    void doesNotWaitForeverForThePeersClose() throws Exception {
        var limits = TestServer.limits(LONG, 64, LONG, LONG.plus(LONG), SHORT, LONG);
        try (var server =
                        TestServer.withSession(
                                limits,
                                (test, socket) -> {
                                    socket.admitted();
                                    socket.close(1000, "");
                                    test.ends.add((Closed) socket.receive());
                                });
                var client = server.upgraded()) {
            assertThat(client.readFrame().code()).isEqualTo(1000);
            assertThat(client.isEnded()).isTrue();
            assertThat(server.end()).isEqualTo(new Closed(1000, ""));
        }
    }

    @Test
    void anotherThreadMayClose() throws Exception {
        var sockets = new LinkedBlockingQueue<WebSocket>();
        try (var server =
                        TestServer.withSession(
                                ServerLimits.DEFAULT,
                                (test, socket) -> {
                                    socket.admitted();
                                    sockets.add(socket);
                                    test.echoUntilClosed(socket);
                                });
                var client = server.upgraded()) {
            WebSocket socket = sockets.take();
            var closer = Thread.ofVirtual().start(() -> socket.close(4001, "replaced"));
            var close = client.readFrame();
            assertThat(close.reason()).isEqualTo("replaced");
            client.sendClose(4001);
            closer.join();
            assertThat(server.end()).isEqualTo(new Closed(4001, "replaced"));
            assertThat(socket.peer()).startsWith("127.0.0.1:");
        }
    }

    @Test
    void onlySendsCodesThatMayBeSent() throws Exception {
        try (var server =
                        TestServer.withSession(
                                ServerLimits.DEFAULT,
                                (test, socket) -> {
                                    assertThatThrownBy(() -> socket.close(1006, ""))
                                            .isInstanceOf(IllegalArgumentException.class);
                                    test.ends.add(new Closed(1, "asserted"));
                                });
                var client = server.upgraded()) {
            assertThat(server.end().reason()).isEqualTo("asserted");
            assertThat(client.readFrame().code()).isEqualTo(1000);
        }
    }

    @Test
    void aBrokenSessionEndsOnlyItself() throws Exception {
        try (var server =
                        TestServer.withSession(
                                ServerLimits.DEFAULT,
                                (_, socket) -> {
                                    socket.receive();
                                    throw new IllegalStateException("a bug");
                                });
                var client = server.upgraded();
                var other = server.upgraded()) {
            client.sendText("go").sendClose(1000);
            var close = client.readFrame();
            assertThat(close.code()).isEqualTo(1011);
            assertThat(close.reason()).isEqualTo("internal error");
            assertThat(server.failures.poll(20, SECONDS))
                    .matches("a session failed: 127\\.0\\.0\\.1:\\d+: a bug");
            other.send(frame(true, Frames.PING, new byte[0]));
            assertThat(other.readFrame().opcode()).isEqualTo(Frames.PONG);
        }
    }

    @Test
    void aPeerThatVanishesIsCut() throws Exception {
        try (var server = TestServer.echo(ServerLimits.DEFAULT)) {
            byte[] frame = frame(true, Frames.TEXT, "hello".getBytes(UTF_8));
            for (int length = 0; length < frame.length; length++) {
                try (var client = server.upgraded()) {
                    client.send(Arrays.copyOf(frame, length));
                    if (length % 2 == 0) client.vanish();
                }
                assertThat(server.end().code()).isEqualTo(Closed.CUT);
            }
            assertThat(server.failures).isEmpty();
        }
    }

    @Test
    void pingsTheSilentAndGivesUpTheDead() throws Exception {
        var limits = TestServer.limits(LONG, 64, SHORT, SHORT.multipliedBy(4), LONG, LONG);
        try (var server = TestServer.echo(limits);
                var client = server.upgraded()) {
            assertThat(client.readFrame().opcode()).isEqualTo(Frames.PING);
            client.send(frame(true, Frames.PONG, new byte[0]));
            assertThat(client.readFrame().opcode()).isEqualTo(Frames.PING);
            // Half a frame counts as a sign of life, but as no more than one.
            client.send("\u0081");
            assertThat(server.end()).isEqualTo(new Closed(Closed.CUT, "no data for 800 ms"));
        }
    }

    @Test
    void aSlowReaderLosesItsConnection() throws Exception {
        try (var server =
                        TestServer.withSession(
                                ServerLimits.DEFAULT,
                                (test, socket) -> {
                                    socket.admitted();
                                    String text = "x".repeat(60_000);
                                    while (socket.send(text)) Thread.onSpinWait();
                                    test.ends.add((Closed) socket.receive());
                                });
                var client = RawClient.connect(server.address(), 4096)) {
            client.upgrade();
            assertThat(server.end())
                    .isEqualTo(
                            new Closed(
                                    Closed.POLICY, "the peer reads too slowly: 64 messages wait"));
        }
    }

    @Test
    void aStuckWriteEndsTheConnection() throws Exception {
        var limits = TestServer.limits(LONG, 64, LONG, LONG.plus(LONG), LONG, SHORT);
        try (var server =
                        TestServer.withSession(
                                limits,
                                (test, socket) -> {
                                    socket.admitted();
                                    socket.send("x".repeat(50_000_000));
                                    test.ends.add((Closed) socket.receive());
                                });
                var client = RawClient.connect(server.address(), 4096)) {
            client.upgrade();
            assertThat(server.end()).isEqualTo(new Closed(Closed.CUT, "the peer does not read"));
        }
    }

    /// Another thread sends at the same time, so that some answers find it writing and are queued.
    @Test
    void directAnswersKeepTheirOrderAndFrames() throws Exception {
        int answers = 200;
        int others = 2000;
        var limits = TestServer.limits(LONG, 64, LONG, LONG.plus(LONG), LONG, LONG);
        try (var server =
                        TestServer.withSession(
                                limits,
                                (test, socket) -> {
                                    socket.admitted();
                                    Thread.ofVirtual().start(() -> sendOthers(socket, others));
                                    while (socket.receive() instanceof WebSocketMessage.Text(var it)
                                            && socket.reserveAnswer()) socket.answerDirectly(it);
                                    test.ends.add((Closed) socket.receive());
                                });
                var client = server.upgraded()) {
            int otherFrames = 0;
            for (int sent = 0; sent < answers; sent++) {
                client.sendText(Integer.toString(sent));
                String text = client.readFrame().text();
                for (; text.equals(OTHER); otherFrames++) text = client.readFrame().text();
                assertThat(text).isEqualTo(Integer.toString(sent));
            }
            for (; otherFrames < others; otherFrames++)
                assertThat(client.readFrame().text()).isEqualTo(OTHER);
            client.send(frame(true, Frames.CLOSE, new byte[0]));
            assertThat(server.end().code()).isEqualTo(Closed.NO_CODE);
        }
    }

    private static void sendOthers(WebSocket socket, int count) {
        try {
            for (int sent = 0; sent < count && socket.reserveAnswer(); sent++) socket.answer(OTHER);
        } catch (InterruptedException _) {
            // Nothing interrupts this thread.
        }
    }

    @Test
    void aStuckDirectAnswerEndsTheConnection() throws Exception {
        var limits = TestServer.limits(LONG, 64, LONG, LONG.plus(LONG), LONG, SHORT);
        try (var server =
                        TestServer.withSession(
                                limits,
                                (test, socket) -> {
                                    socket.admitted();
                                    socket.reserveAnswer();
                                    assertThat(socket.answerDirectly("x".repeat(50_000_000)))
                                            .isFalse();
                                    test.ends.add((Closed) socket.receive());
                                });
                var client = RawClient.connect(server.address(), 4096)) {
            client.upgrade();
            assertThat(server.end()).isEqualTo(new Closed(Closed.CUT, "the peer does not read"));
        }
    }

    @Test
    void aFloodOfPingsNeedsNoRoom() throws Exception {
        var limits = TestServer.limits(LONG, 1, LONG, LONG.plus(LONG), LONG, LONG);
        try (var server = TestServer.echo(limits);
                var client = server.upgraded()) {
            byte[] ping = frame(true, Frames.PING, new byte[125]);
            for (int i = 0; i < 10_000; i++) client.send(ping);
            client.sendText("after it all");
            RawClient.ServerFrame frame;
            do frame = client.readFrame();
            while (frame.opcode() == Frames.PONG);
            assertThat(frame.text()).isEqualTo("after it all");
        }
    }

    @Test
    void serverCloseSendsCloseFrames() throws Exception {
        try (var server = TestServer.echo(ServerLimits.DEFAULT);
                var polite = server.upgraded();
                var deaf = server.upgraded();
                var undecided = server.connect()) {
            for (var client : List.of(polite, deaf)) {
                client.sendText("hello");
                assertThat(client.readFrame().text()).isEqualTo("hello");
            }
            undecided.send("GET /");
            var closing = Thread.ofVirtual().start(() -> server.http().close("maintenance"));
            var close = polite.readFrame();
            assertThat(close.code()).isEqualTo(1001);
            assertThat(close.reason()).isEqualTo("maintenance");
            polite.sendClose(1001);
            assertThat(polite.isEnded()).isTrue();
            assertThat(deaf.readFrame().reason()).isEqualTo("maintenance");
            assertThat(deaf.isEnded()).isTrue();
            assertThat(undecided.isEnded()).isTrue();
            closing.join();
            assertThat(server.end()).isEqualTo(new Closed(1001, "maintenance"));
            assertThat(server.end()).isEqualTo(new Closed(1001, "maintenance"));
            assertThatThrownBy(server::connect).isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void closingTheServerDoesNotWaitForABusySession() throws Exception {
        var busy = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        try (var server =
                        TestServer.withSession(
                                ServerLimits.DEFAULT,
                                (test, socket) -> {
                                    socket.admitted();
                                    busy.countDown();
                                    release.await();
                                    test.ends.add((Closed) socket.receive());
                                });
                var client = server.upgraded()) {
            busy.await();
            server.http().close("maintenance");
            assertThat(client.readFrame().reason()).isEqualTo("maintenance");
            assertThat(client.isEnded()).isTrue();
            release.countDown();
            assertThat(server.end()).isEqualTo(new Closed(1001, "maintenance"));
        }
    }
}
