package dev.elastigres.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.watch.FakeKernelTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Hostile peers while an agent's session continues.
class FloodTest {
    @TempDir Path folder;
    private final List<TestAgent> strangers = new ArrayList<>();
    private TestMonitor monitor;
    private TestAgent agent;
    private long id;

    @BeforeEach
    void start() throws Exception {
        var tree = new FakeKernelTree(folder).total(1024).usage(200);
        monitor = TestMonitor.start(tree, "--handshake-timeout", "1s");
        monitor.awaitSamples();
        agent = monitor.agent();
    }

    @AfterEach
    void stop() throws Exception {
        for (TestAgent stranger : strangers) stranger.close();
        agent.close();
        monitor.close();
    }

    @Test
    void hugeHeadsAreNotReadToTheirEnd() throws Exception {
        byte[] megabyte = ("X-Header: " + "x".repeat(1 << 20)).getBytes(UTF_8);
        byte[] manyHeaders =
                ("GET /monitor HTTP/1.1\r\n" + "a: b\r\n".repeat(10_000)).getBytes(UTF_8);
        for (int i = 0; i < 40; i++) {
            TestAgent stranger = dial();
            try {
                if (i % 2 == 0) stranger.sendRaw("GET /monitor HTTP/1.1\r\n".getBytes(UTF_8));
                stranger.sendRaw(i % 2 == 0 ? megabyte : manyHeaders);
            } catch (IOException _) {
                // The server disconnected, as expected.
            }
            expectSession();
        }
        expectANewAgentIsServed();
    }

    @Test
    void slowRequestHeadsEndAtSetUpTimeout() throws Exception {
        for (int i = 0; i < 100; i++)
            strangers.add(dial().sendRaw("GET /monitor HTTP/1.1\r\nX: ".getBytes(UTF_8)));
        expectAllAreCutWhileDripping("y".getBytes(UTF_8));
        expectANewAgentIsServed();
    }

    @Test
    void pingsDoNotReplaceAHandshake() throws Exception {
        for (int i = 0; i < 16; i++) strangers.add(TestAgent.connect(monitor.address()));
        byte[] ping = TestAgent.frame(true, TestAgent.PING, new byte[125]);
        expectAllAreCutWhileDripping(ping);
        expectANewAgentIsServed();
    }

    @Test
    void framesThatAnnounceMoreThanThereIsMemoryAreRefusedByTheirHead() throws Exception {
        for (long length : new long[] {Long.MAX_VALUE, 1L << 32}) {
            // A text frame, masked with zeros, with its length in eight bytes and without its
            // payload.
            byte[] frame =
                    ByteBuffer.allocate(14)
                            .put((byte) 0x81)
                            .put((byte) 0xff)
                            .putLong(length)
                            .putInt(0)
                            .array();
            TestAgent stranger = TestAgent.connect(monitor.address());
            strangers.add(stranger);
            assertThat(stranger.sendRaw(frame).closeFrame().code()).isEqualTo(1009);
            expectSession();
        }
    }

    @Test
    void aContinuationOfTheLongestLengthIsTooBig() throws Exception {
        // A fragment of one byte, then one whose length makes the sum of both overflow.
        byte[] frames =
                HexFormat.of().parseHex("018100000000" + "78" + "80ff7fffffffffffffff00000000");
        for (int i = 0; i < 3; i++) {
            TestAgent stranger = TestAgent.connect(monitor.address());
            strangers.add(stranger);
            assertThat(stranger.sendRaw(frames).closeFrame().code()).isEqualTo(1009);
            expectSession();
        }
        // The same from the live session ends that session only.
        assertThat(agent.sendRaw(frames).closeFrame().code()).isEqualTo(1009);
        monitor.awaitStatus("false", "session", "live");
        assertThat(monitor.log()).doesNotContain("\"level\":\"error\"");
    }

    @Test
    void longErrorsOfAnAgentAreLoggedInPart() throws Exception {
        agent.send(
                "{\"content\":{\"error\":\"%s\"},\"type\":\"InvalidMessage\",\"id\":%s}"
                        .formatted("e".repeat(60_000), "18446744073709551615"));
        expectSession();
        monitor.awaitLog("the agent cannot read a message");
        String line =
                monitor.log()
                        .lines()
                        .filter(it -> it.contains("the agent cannot read a message"))
                        .findFirst()
                        .orElseThrow();
        assertThat(line).hasSizeLessThan(2500).contains("eee...\"", "18446744073709551615");
    }

    @Test
    void idsAreLoggedAsTheAgentSentThem() throws Exception {
        agent.send(
                "{\"content\":{\"target\":{\"cpu\":1,\"mem\":1}},"
                        + "\"type\":\"DownscaleRequest\",\"id\":18446744073709551614}");
        assertThat(agent.next().id()).isEqualTo("18446744073709551614");
        monitor.awaitLog("\"id\":\"18446744073709551614\"");
        agent.send(
                "{\"content\":{\"granted\":{\"cpu\":1,\"mem\":1073741824}},"
                        + "\"type\":\"UpscaleNotification\",\"id\":18446744073709551612}");
        assertThat(agent.next().id()).isEqualTo("18446744073709551612");
        monitor.awaitLog("\"id\":\"18446744073709551612\"");
    }

    @Test
    void fragmentsAreCountedTogether() throws Exception {
        for (int i = 0; i < 16; i++) {
            TestAgent stranger = TestAgent.connect(monitor.address());
            strangers.add(stranger);
            byte[] piece = new byte[8 << 10];
            stranger.sendRaw(TestAgent.frame(false, TestAgent.TEXT, piece));
            for (int n = 0; n < 8; n++)
                stranger.sendRaw(TestAgent.frame(false, TestAgent.CONTINUATION, piece));
            assertThat(stranger.closeFrame().code()).isEqualTo(1009);
            expectSession();
        }
    }

    @Test
    void compressionIsNotAgreedOnAndNotRead() throws Exception {
        try (var stranger = TestAgent.dial(monitor.address())) {
            String answer =
                    stranger.upgradeHead("Sec-WebSocket-Extensions: permessage-deflate\r\n");
            assertThat(answer).startsWith("HTTP/1.1 101 ").doesNotContain("Extensions");
            byte[] compressed = TestAgent.frame(true, TestAgent.TEXT | 0x40, new byte[] {0, 1, 2});
            assertThat(stranger.sendRaw(compressed).closeFrame().code()).isEqualTo(1002);
        }
        expectSession();
    }

    @Test
    void bombsOfJsonAreAnsweredLikeAnyOtherNonsense() throws Exception {
        for (String bomb :
                List.of(
                        "[".repeat(60_000),
                        "{\"a\":".repeat(10_000),
                        "{\"content\":{},\"type\":\"HealthCheck\",\"id\":"
                                + "9".repeat(60_000)
                                + "}",
                        "{\"content\":{},\"type\":\"HealthCheck\",\"id\":1e999999999}",
                        "{\"" + "k".repeat(60_000) + "\":1}",
                        "{\"content\":{\"target\":{\"cpu\":1,\"mem\":1e"
                                + "9".repeat(50_000)
                                + "}},"
                                + "\"type\":\"DownscaleRequest\",\"id\":4}")) {
            assertThat(agent.send(bomb).next().type()).isEqualTo("InvalidMessage");
            expectSession();
        }
    }

    // ---- what the tests share

    private TestAgent dial() throws IOException {
        TestAgent stranger = TestAgent.dial(monitor.address());
        strangers.add(stranger);
        return stranger;
    }

    /// Checks that the live session answers, and received nothing else.
    private void expectSession() throws IOException {
        id += 2;
        agent.checkHealth(id);
    }

    private void expectAllAreCutWhileDripping(byte[] drop) throws Exception {
        var left = new ArrayList<>(strangers);
        long deadline = System.nanoTime() + SECONDS.toNanos(30);
        while (!left.isEmpty()) {
            if (System.nanoTime() - deadline > 0)
                throw new AssertionError(left.size() + " are still there");
            left.removeIf(stranger -> !isReached(stranger, drop));
            expectSession();
        }
    }

    private static boolean isReached(TestAgent stranger, byte[] drop) {
        try {
            stranger.sendRaw(drop);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private void expectANewAgentIsServed() throws Exception {
        expectSession();
        try (var next = monitor.agent()) {
            next.checkHealth(2);
            assertThat(agent.closeFrame().reason()).startsWith("replaced");
        }
    }
}
