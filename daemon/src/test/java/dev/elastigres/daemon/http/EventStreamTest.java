package dev.elastigres.daemon.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Server-sent events over real sockets.
class EventStreamTest {
    private static final String GET = "GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    @Test
    void eventsArriveAsTheyAreWritten() throws Exception {
        try (var server =
                        server(
                                ServerLimits.DEFAULT,
                                out -> {
                                    out.send("tick", "{\"a\":1}");
                                    out.send("tick", "ü");
                                });
                var client = server.connect().send(GET)) {
            String head = client.readHead();
            assertThat(head)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("Content-Type: text/event-stream", "X-More: yes")
                    .doesNotContain("Content-Length");
            assertThat(client.readAll())
                    .isEqualTo("event: tick\ndata: {\"a\":1}\n\nevent: tick\ndata: ü\n\n");
            assertThat(server.failures).isEmpty();
        }
    }

    @Test
    void headOfAStreamHasNoEvents() throws Exception {
        try (var server = server(ServerLimits.DEFAULT, out -> out.send("tick", "1"));
                var client = server.connect().send(GET.replace("GET", "HEAD"))) {
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 OK\r\n");
            assertThat(client.readAll()).isEmpty();
        }
    }

    /// A line break would begin a field or an event of the peer's choice.
    @ParameterizedTest
    @ValueSource(strings = {"a\nevent: b", "a\rb", "a\r\n\r\nb"})
    void dataOfMoreThanOneLineIsABug(String data) throws Exception {
        try (var server = server(ServerLimits.DEFAULT, out -> out.send("tick", data));
                var client = server.connect().send(GET)) {
            client.readHead();
            assertThat(client.readAll()).isEmpty();
            assertThat(server.failures.poll(10, SECONDS)).contains("a connection failed");
        }
    }

    @Test
    void aStreamOutlivesTheSetUpTime() throws Exception {
        ServerLimits shortSetup = ServerLimits.DEFAULT.withSetup(Duration.ofMillis(100));
        var late = new CountDownLatch(1);
        try (var server =
                        server(
                                shortSetup,
                                out -> {
                                    assertThat(
                                                    late.await(
                                                            300,
                                                            java.util.concurrent.TimeUnit
                                                                    .MILLISECONDS))
                                            .isFalse();
                                    out.send("tick", "1");
                                });
                var client = server.connect().send(GET)) {
            client.readHead();
            assertThat(client.readAll()).contains("data: 1");
        }
    }

    @Test
    void aPeerThatDoesNotReadIsDisconnected() throws Exception {
        ServerLimits usual = ServerLimits.DEFAULT;
        ServerLimits impatient =
                TestServer.limits(
                        usual.setup(),
                        usual.outbox(),
                        usual.pingAfter(),
                        usual.silenceTimeout(),
                        usual.closeWait(),
                        Duration.ofMillis(100));
        String much = "x".repeat(1 << 20);
        try (var server =
                        server(
                                impatient,
                                out -> {
                                    while (true) out.send("much", much);
                                });
                var client = RawClient.connect(server.address(), 4 << 10).send(GET)) {
            assertThat(ends.poll(20, SECONDS)).isNotNull();
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aPeerThatLeavesEndsItsSession() throws Exception {
        try (var server = server(ServerLimits.DEFAULT, EventStreamTest::forever)) {
            try (var client = server.connect().send(GET)) {
                client.readHead();
            }
            assertThat(ends.poll(20, SECONDS)).isNotNull();
            assertThat(server.failures).isEmpty();
        }
    }

    @Test
    void openStreamsAreLimitedAndDoNotDisturbOtherRequests() throws Exception {
        List<RawClient> streams = new ArrayList<>();
        try (var server = server(ServerLimits.DEFAULT, EventStreamTest::forever)) {
            for (int i = 0; i < ServerLimits.DEFAULT.sessions(); i++) {
                var client = server.connect().send(GET);
                assertThat(client.readHead()).startsWith("HTTP/1.1 200");
                streams.add(client);
            }
            try (var client = server.connect().send(GET)) {
                assertThat(client.readHead()).startsWith("HTTP/1.1 503");
            }
            for (int i = 0; i < 100; i++)
                try (var client = server.connect().send(GET.replace("/stream", "/other"))) {
                    assertThat(client.readAll()).endsWith("here\n");
                }
            streams.removeFirst().close();
            assertThat(ends.poll(20, SECONDS)).isNotNull();
            // The place is free once the connection has ended, a moment after its session.
            long deadline = System.nanoTime() + SECONDS.toNanos(20);
            String head = "";
            while (!head.startsWith("HTTP/1.1 200")) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                try (var client = server.connect().send(GET)) {
                    head = client.readHead();
                }
            }
        } finally {
            for (RawClient client : streams) client.close();
        }
    }

    @Test
    void closingTheServerEndsItsStreams() throws Exception {
        var server = server(ServerLimits.DEFAULT, EventStreamTest::forever);
        try (var client = server.connect().send(GET)) {
            client.readHead();
            server.close();
            assertThat(ends.poll(20, SECONDS)).isNotNull();
        }
    }

    private static void forever(EventStreamWriter out) throws IOException, InterruptedException {
        while (true) {
            out.send("tick", "1");
            Thread.sleep(5);
        }
    }

    private TestServer server(ServerLimits limits, EventStreamSession session)
            throws ListenException {
        EventStreamSession recorded =
                out -> {
                    try {
                        session.run(out);
                    } finally {
                        ends.add("ended");
                    }
                };
        return new TestServer(
                Routes.NONE
                        .with("/stream", _ -> new EventStream(recorded).with("X-More", "yes"))
                        .with("/other", _ -> Response.text(200, "here")),
                limits);
    }
}
