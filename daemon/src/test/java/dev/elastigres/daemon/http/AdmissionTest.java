package dev.elastigres.daemon.http;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.daemon.http.Incoming.Closed;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class AdmissionTest {
    private static final Limits USUAL = Limits.DEFAULT;

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
                                    if (!(socket.receive() instanceof Incoming.Text)) return;
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
    void theOldestNewcomerMakesWay() throws Exception {
        try (var server = TestServer.echo(USUAL.withNewcomers(2));
                var first = server.connect();
                var second = server.connect();
                var third = server.connect()) {
            assertThat(first.isEnded()).isTrue();
            assertEchoes(second.upgrade(), "second");
            assertEchoes(third.upgrade(), "third");
        }
    }

    @Test
    void theNewestIsTurnedAwayWhenAllPlacesAreTakenByTheAdmitted() throws Exception {
        var limits =
                new Limits(
                        1024,
                        10,
                        1024,
                        3,
                        2,
                        Duration.ofSeconds(30),
                        8,
                        USUAL.pingAfter(),
                        USUAL.deadAfter(),
                        USUAL.closeWait(),
                        USUAL.writeWait());
        try (var server = TestServer.echo(limits)) {
            var admitted = new ArrayList<RawClient>();
            for (int i = 0; i < 3; i++) {
                admitted.add(server.upgraded());
                assertEchoes(admitted.getLast(), "admitted " + i);
            }
            try (var one = server.connect()) {
                assertThat(one.readAll())
                        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
                        .endsWith("\r\n\r\ntoo many connections\n");
            }
            admitted.getFirst().sendClose(1000);
            assertThat(server.end()).isEqualTo(new Closed(1000, ""));
            assertThat(admitted.getFirst().readFrame().code()).isEqualTo(1000);
            assertThat(admitted.getFirst().isEnded()).isTrue();
            assertEchoes(comeIn(server), "there is a place again");
            for (var client : admitted) client.close();
        }
    }

    /// The place of one who has left is free very soon, but not at a moment that a client can see.
    private static RawClient comeIn(TestServer server) throws IOException {
        long deadline = System.nanoTime() + SECONDS.toNanos(20);
        while (true) {
            try {
                return server.upgraded();
            } catch (AssertionError | SocketException e) {
                if (System.nanoTime() - deadline > 0) throw e;
            }
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

    /// Sends on until the server has had enough of it.
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
            RawClient.Frame frame;
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
                        () -> USUAL.withNewcomers(0),
                        () -> USUAL.withMessageSize(10),
                        () -> USUAL.withSetup(Duration.ZERO),
                        () -> USUAL.withSetup(Duration.ofDays(2))))
            assertThatThrownBy(nonsense::run).isInstanceOf(IllegalArgumentException.class);
        assertThat(USUAL.withNewcomers(100).connections()).isEqualTo(100);
    }

    private static void assertEchoes(RawClient client, String text) throws IOException {
        client.sendText(text);
        assertThat(client.readFrame().text()).isEqualTo(text);
    }
}
