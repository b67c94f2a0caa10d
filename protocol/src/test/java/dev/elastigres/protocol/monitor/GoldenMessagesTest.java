package dev.elastigres.protocol.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.monitor.AgentMessage.DownscaleRequest;
import dev.elastigres.protocol.monitor.AgentMessage.UpscaleNotification;
import dev.elastigres.protocol.monitor.Decoded.Message;
import dev.elastigres.protocol.monitor.MonitorMessage.DownscaleResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every message of v1.0, byte by byte as the deployed agents and monitors write it.
class GoldenMessagesTest {

    static Stream<String> agentMessages() {
        return lines("agent-v1.0.jsonl");
    }

    static Stream<String> monitorMessages() {
        return lines("monitor-v1.0.jsonl");
    }

    @ParameterizedTest
    @MethodSource("agentMessages")
    void agentMessagesComeBackByteByByte(String line) {
        assertThat(AgentCodec.decode(line))
                .isInstanceOfSatisfying(
                        Message.class,
                        read ->
                                assertThat(AgentCodec.encode((AgentMessage) read.message()))
                                        .isEqualTo(line + "\n"));
    }

    @ParameterizedTest
    @MethodSource("monitorMessages")
    void monitorMessagesComeBackByteByByte(String line) {
        assertThat(MonitorCodec.decode(line))
                .isInstanceOfSatisfying(
                        Message.class,
                        read ->
                                assertThat(MonitorCodec.encode((MonitorMessage) read.message()))
                                        .isEqualTo(line));
    }

    @Test
    void everyKindIsThere() {
        assertThat(agentMessages().map(GoldenMessagesTest::agentKind).distinct())
                .containsExactlyInAnyOrderElementsOf(kinds(AgentMessage.class));
        assertThat(monitorMessages().map(GoldenMessagesTest::monitorKind).distinct())
                .containsExactlyInAnyOrderElementsOf(kinds(MonitorMessage.class));
    }

    @Test
    void meansWhatItSays() {
        assertThat(AgentCodec.decode(agentMessages().toList().getFirst()))
                .isEqualTo(
                        new Message<>(
                                new UpscaleNotification(
                                        2, new Resources(0.5, Bytes.ofGibibytes(2)))));
        assertThat(MonitorCodec.decode(monitorMessages().toList().get(3)))
                .isEqualTo(
                        new Message<>(
                                new DownscaleResult(
                                        2,
                                        false,
                                        "haven't received enough cgroup memory stats yet")));
    }

    @Test
    void orderAndUnknownFieldsDoNotMatter() {
        assertThat(
                        AgentCodec.decode(
                                """
                                {"id":4,"more":[1,{"a":null}],"type":"DownscaleRequest",
                                 "content":{"why":"cheap","target":{"mem":536870912,"x":1,"cpu":5e-1}}}
                                """))
                .isEqualTo(
                        new Message<>(
                                new DownscaleRequest(
                                        4, new Resources(0.5, Bytes.ofMebibytes(512)))));
    }

    @Test
    void moreMemoryThanAnyMachineHasIsTheMost() {
        assertThat(
                        AgentCodec.decode(
                                """
                                {"content":{"granted":{"cpu":1,"mem":18446744073709551615}},
                                 "type":"UpscaleNotification","id":2}
                                """))
                .isEqualTo(new Message<>(new UpscaleNotification(2, new Resources(1, Bytes.MAX))));
    }

    private static Class<?> agentKind(String line) {
        return ((Message<?>) AgentCodec.decode(line)).message().getClass();
    }

    private static Class<?> monitorKind(String line) {
        return ((Message<?>) MonitorCodec.decode(line)).message().getClass();
    }

    private static List<Class<?>> kinds(Class<?> sealed) {
        return List.of(sealed.getPermittedSubclasses());
    }

    private static Stream<String> lines(String resource) {
        var stream = GoldenMessagesTest.class.getResourceAsStream(resource);
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(stream, resource),
                                StandardCharsets.UTF_8))) {
            return reader.lines().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
