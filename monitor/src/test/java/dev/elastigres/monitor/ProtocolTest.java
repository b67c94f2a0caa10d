package dev.elastigres.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.watch.FakeKernelTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Protocol v1.0 at the socket. Deployed monitors drop the connection on many of these inputs; this
/// one answers, and the session continues.
class ProtocolTest {
    private static final String LARGEST_ID = "18446744073709551615";

    @TempDir static Path folder;
    private static TestMonitor monitor;

    @BeforeAll
    static void start() throws Exception {
        monitor = TestMonitor.start(new FakeKernelTree(folder).total(1024).usage(200));
        monitor.awaitSamples();
    }

    @AfterAll
    static void stop() {
        monitor.close();
    }

    // ---- handshake

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"min\":1,\"max\":1}\n",
                "{\"min\":0,\"max\":1}",
                "{\"max\":1,\"min\":1,\"name\":\"agent\",\"more\":{\"a\":[1,2]}}",
                "[1,1]"
            })
    void agreesOnTheVersionThatBothShare(String range) throws Exception {
        try (var agent = TestAgent.connect(monitor.address())) {
            assertThat(agent.send(range).nextFrame().text()).isEqualTo("{\"version\":1}");
            agent.checkHealth(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"min\":1,\"max\":2}\n",
                "{\"min\":2,\"max\":2}",
                "{\"min\":1,\"max\":200}",
                "[1,2]"
            })
    void agreesOnTheNewestVersionThatBothShare(String range) throws Exception {
        try (var agent = TestAgent.connect(monitor.address())) {
            assertThat(agent.send(range).nextFrame().text()).isEqualTo("{\"version\":2}");
            assertThat(agent.askHealth(2).next().id()).isEqualTo("2");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"min\":5,\"max\":9}",
                "{\"min\":50,\"max\":90}",
                "{\"min\":0,\"max\":0}",
                "{\"min\":3,\"max\":1}",
                "{\"min\":1,\"max\":256}",
                "{\"min\":1.0,\"max\":1}",
                "{\"min\":\"1\",\"max\":1}",
                "{}",
                "[1]",
                "null",
                "hello",
                ""
            })
    void anOfferThatCannotBeTakenGetsAnErrorAndTheEnd(String range) throws Exception {
        try (var newcomer = TestAgent.connect(monitor.address())) {
            WireMessage answer = newcomer.send(range).next();
            assertThat(answer.fields().members()).containsOnlyKeys("error");
            assertThat(answer.error()).isNotBlank();
            assertThat(newcomer.closeFrame().code()).isEqualTo(1002);
        }
        try (var agent = monitor.agent()) {
            agent.checkHealth(2);
        }
    }

    @Test
    void theErrorNamesBothSidesVersions() throws Exception {
        try (var newcomer = TestAgent.connect(monitor.address())) {
            assertThat(newcomer.send("{\"min\":5,\"max\":9}").next().error())
                    .contains("5", "9", "this monitor");
        }
    }

    // ---- messages

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"content":{},"type":"Greeting","id":6}                                     | 6
                    {"type":"HealthCheck","id":6}                                               | 6
                    {"content":null,"type":"HealthCheck","id":6}                                | 6
                    {"content":{},"id":6}                                                       | 6
                    {"content":{},"type":7,"id":6}                                              | 6
                    {"content":{},"type":"HealthCheck"}                                         | 0
                    {"content":{},"type":"HealthCheck","id":-6}                                 | 0
                    {"content":{},"type":"HealthCheck","id":6.5}                                | 0
                    {"content":{},"type":"HealthCheck","id":"6"}                                | 0
                    {"content":{},"type":"HealthCheck","id":null}                               | 0
                    {"content":{},"type":"HealthCheck","id":18446744073709551616}               | 0
                    {"content":{"target":{"cpu":1,"mem":-1}},"type":"DownscaleRequest","id":6}  | 6
                    {"content":{"target":{"cpu":1}},"type":"DownscaleRequest","id":6}           | 6
                    {"content":{"target":{"cpu":1,"mem":9e8}},"type":"DownscaleRequest","id":6} | 6
                    {"content":{"target":{"cpu":-1,"mem":9}},"type":"DownscaleRequest","id":6}  | 6
                    {"content":{"granted":7},"type":"UpscaleNotification","id":6}               | 6
                    {"content":{},"type":"UpscaleNotification","id":6}                          | 6
                    {"content":{},"type":"HealthCheck","id":6}{}                                | 0
                    {"content":{},"type":"HealthCheck","id":6,"id":8}                           | 0
                    {"content":{},"type":"HealthCheck","id":6                                   | 0
                    [6]                                                                         | 0
                    "HealthCheck"                                                               | 0
                    NaN                                                                         | 0
                    ``                                                                          | 0
                    """)
    void answersInvalidMessageAndKeepsSession(String text, String id) throws Exception {
        try (var agent = monitor.agent()) {
            WireMessage answer = agent.send(text).next();
            assertThat(answer.type()).isEqualTo("InvalidMessage");
            assertThat(answer.id()).isEqualTo(id);
            assertThat(answer.error()).isNotBlank();
            agent.checkHealth(8);
        }
    }

    @Test
    void aDeepMessageIsNotRead() throws Exception {
        try (var agent = monitor.agent()) {
            WireMessage answer = agent.send("[".repeat(50_000)).next();
            assertThat(answer.type()).isEqualTo("InvalidMessage");
            agent.checkHealth(2);
        }
    }

    @Test
    void unknownFieldsAreIgnored() throws Exception {
        try (var agent = monitor.agent()) {
            agent.send(
                    """
                    {"content":{"a":1,"b":{"c":null}},"type":"HealthCheck","id":2,"trace":"x"}""");
            assertThat(agent.nextFrame().text()).isEqualTo("{\"type\":\"HealthCheck\",\"id\":2}");
            agent.send(
                    """
                    {"content":{"target":{"cpu":1,"mem":8589934592,"disk":7},"why":"idle"},\
                    "type":"DownscaleRequest","id":4}""");
            assertThat(agent.next().ok()).isTrue();
        }
    }

    @Test
    void returnsLargestIdUnchanged() throws Exception {
        try (var agent = monitor.agent()) {
            agent.send("{\"content\":{},\"type\":\"HealthCheck\",\"id\":" + LARGEST_ID + "}");
            assertThat(agent.nextFrame().text())
                    .isEqualTo("{\"type\":\"HealthCheck\",\"id\":" + LARGEST_ID + "}");
            agent.send(
                    "{\"content\":{\"target\":{\"cpu\":1,\"mem\":1}},\"type\":\"DownscaleRequest\","
                            + "\"id\":"
                            + LARGEST_ID
                            + "}");
            assertThat(agent.next().id()).isEqualTo(LARGEST_ID);
            agent.send("{\"content\":{},\"type\":\"Greeting\",\"id\":" + LARGEST_ID + "}");
            assertThat(agent.next().id()).isEqualTo(LARGEST_ID);
        }
    }

    @Test
    void theLargestGrantIsConfirmed() throws Exception {
        try (var agent = monitor.agent()) {
            agent.send(
                    "{\"content\":{\"granted\":{\"cpu\":1,\"mem\":"
                            + LARGEST_ID
                            + "}},\"type\":\"UpscaleNotification\",\"id\":2}");
            assertThat(agent.nextFrame().text())
                    .isEqualTo("{\"type\":\"UpscaleConfirmation\",\"id\":2}");
        }
    }

    @Test
    void theSmallestGrantIsConfirmedAndMoreIsAskedForAtOnce() throws Exception {
        var own = new FakeKernelTree(folder.resolve("small"));
        Files.createDirectories(own.root());
        own.total(1024).usage(200);
        try (var small = TestMonitor.start(own);
                var agent = small.agent()) {
            small.awaitSamples();
            agent.send(
                    """
                    {"content":{"granted":{"cpu":1,"mem":1}},"type":"UpscaleNotification","id":2}""");
            assertThat(agent.nextAnswer().type()).isEqualTo("UpscaleConfirmation");
            agent.nextUpscaleRequest();
            assertThat(agent.askHealth(4).nextAnswer().id()).isEqualTo("4");
        }
    }

    @Test
    void theAgentsComplaintsAreLoggedAndNotAnswered() throws Exception {
        try (var agent = monitor.agent()) {
            agent.send(
                    "{\"content\":{\"error\":\"puzzled\"},\"type\":\"InvalidMessage\",\"id\":3}");
            agent.send("{\"content\":{\"error\":\"broken\"},\"type\":\"InternalError\",\"id\":5}");
            agent.checkHealth(2);
        }
        assertThat(monitor.log()).contains("puzzled", "broken");
    }

    @Test
    void aDownscaleRightAfterTheHandshakeIsJudgedByTheSamplesFromBefore() throws Exception {
        try (var agent = monitor.agent()) {
            WireMessage small = agent.askDownscale(2, 300).next();
            assertThat(small.ok()).isFalse();
            assertThat(small.status()).contains("Postgres uses 200MiB");
            assertThat(agent.askDownscale(4, 4096).next().ok()).isTrue();
        }
    }

    // ---- frames

    @Test
    void binaryFramesAreIgnored() throws Exception {
        try (var agent = TestAgent.connect(monitor.address())) {
            byte[] binary = TestAgent.frame(true, TestAgent.BINARY, new byte[] {1, 2, 3});
            agent.sendRaw(binary).shakeHands().sendRaw(binary).checkHealth(2);
        }
    }

    @Test
    void fragmentsAreOneMessageWithPingsInBetween() throws Exception {
        try (var agent = monitor.agent()) {
            byte[] text = "{\"content\":{},\"type\":\"HealthCheck\",\"id\":2}".getBytes(UTF_8);
            for (int i = 0; i < text.length; i++) {
                boolean last = i == text.length - 1;
                int opcode = i == 0 ? TestAgent.TEXT : TestAgent.CONTINUATION;
                agent.sendRaw(TestAgent.frame(last, opcode, new byte[] {text[i]}));
                if (i == 5) {
                    agent.sendRaw(TestAgent.frame(true, TestAgent.PING, "hi".getBytes(UTF_8)));
                    TestAgent.MonitorFrame pong = agent.nextFrame();
                    assertThat(pong.opcode()).isEqualTo(TestAgent.PONG);
                    assertThat(pong.payload()).isEqualTo("hi");
                }
            }
            assertThat(agent.nextFrame().text()).isEqualTo("{\"type\":\"HealthCheck\",\"id\":2}");
        }
    }

    @Test
    void manyMessagesInOnePieceAreAnsweredInOrder() throws Exception {
        try (var agent = monitor.agent()) {
            var all = new ByteArrayOutputStream();
            for (int id = 2; id <= 80; id += 2) {
                String text = "{\"content\":{},\"type\":\"HealthCheck\",\"id\":" + id + "}\n";
                all.writeBytes(TestAgent.frame(true, TestAgent.TEXT, text.getBytes(UTF_8)));
            }
            agent.sendRaw(all.toByteArray());
            for (int id = 2; id <= 80; id += 2)
                assertThat(agent.next().id()).isEqualTo(Integer.toString(id));
        }
    }

    @Test
    void aCloseFrameIsAnsweredByOne() throws Exception {
        try (var agent = monitor.agent()) {
            agent.sendRaw(TestAgent.frame(true, TestAgent.CLOSE, new byte[] {0x03, (byte) 0xe8}));
            assertThat(agent.closeFrame().code()).isEqualTo(1000);
        }
        monitor.awaitStatus("false", "session", "live");
    }

    @Test
    void webSocketViolationEndsOnlyItsSession() throws Exception {
        byte[] unmasked = {(byte) 0x81, 2, '{', '}'};
        assertThat(endedBy(unmasked)).isEqualTo(1002);
        byte[] notUtf8 = TestAgent.frame(true, TestAgent.TEXT, new byte[] {(byte) 0xff});
        assertThat(endedBy(notUtf8)).isEqualTo(1007);
        byte[] huge = TestAgent.frame(true, TestAgent.TEXT, new byte[(64 << 10) + 1]);
        assertThat(endedBy(huge)).isEqualTo(1009);
        try (var agent = monitor.agent()) {
            agent.checkHealth(2);
        }
    }

    private static int endedBy(byte[] frame) throws IOException {
        try (var agent = monitor.agent()) {
            return agent.sendRaw(frame).closeFrame().code();
        }
    }
}
