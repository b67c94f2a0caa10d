package dev.elastigres.protocol.monitor;

import static dev.elastigres.protocol.monitor.ProtocolVersion.V1_0;
import static dev.elastigres.protocol.monitor.ProtocolVersion.V1_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.monitor.AgentMessage.DownscaleRequest;
import dev.elastigres.protocol.monitor.AgentMessage.UpscaleNotification;
import dev.elastigres.protocol.monitor.Decoded.Message;
import dev.elastigres.protocol.monitor.MonitorMessage.AppliedSize;
import dev.elastigres.protocol.monitor.MonitorMessage.DownscaleResult;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthCheck;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthDetails;
import dev.elastigres.protocol.monitor.MonitorMessage.NeedDetails;
import dev.elastigres.protocol.monitor.MonitorMessage.RefusalDetails;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleConfirmation;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Tests every message of each version byte by byte; those of v1.0 are as deployed agents and
/// monitors write them.
class GoldenMessagesTest {

    static Stream<String> agentMessages() {
        return Stream.concat(
                GoldenMessages.AGENT_V1_0.stream(), GoldenMessages.AGENT_V1_1.stream());
    }

    static Stream<Arguments> monitorMessages() {
        return Stream.concat(
                GoldenMessages.MONITOR_V1_0.stream().map(line -> Arguments.of(line, V1_0)),
                GoldenMessages.MONITOR_V1_1.stream().map(line -> Arguments.of(line, V1_1)));
    }

    @ParameterizedTest
    @MethodSource("agentMessages")
    void agentMessagesRoundTripByteByByte(String line) {
        assertThat(AgentCodec.encode(agentMessage(line))).isEqualTo(line + "\n");
    }

    @ParameterizedTest
    @MethodSource("monitorMessages")
    void monitorMessagesRoundTripByteByByte(String line, int version) {
        assertThat(MonitorCodec.encode(monitorMessage(line, version), version)).isEqualTo(line);
    }

    @Test
    void everyKindIsThere() {
        for (var lines : List.of(GoldenMessages.AGENT_V1_0, GoldenMessages.AGENT_V1_1))
            assertThat(lines)
                    .<Class<?>>map(line -> agentMessage(line).getClass())
                    .containsAll(kinds(AgentMessage.class));
        for (var lines : List.of(GoldenMessages.MONITOR_V1_0, GoldenMessages.MONITOR_V1_1))
            assertThat(lines)
                    .<Class<?>>map(line -> monitorMessage(line, V1_1).getClass())
                    .containsAll(kinds(MonitorMessage.class));
    }

    @Test
    void decodesFieldsOfOldMessages() {
        assertThat(agentMessage(GoldenMessages.AGENT_V1_0.getFirst()))
                .isEqualTo(new UpscaleNotification(2, new Resources(0.5, Bytes.ofGibibytes(2))));
        assertThat(monitorMessage(GoldenMessages.MONITOR_V1_0.get(3), V1_0))
                .isEqualTo(
                        new DownscaleResult(
                                2, false, "haven't received enough cgroup memory stats yet"));
    }

    @Test
    void decodesDetailsOfNewMessages() {
        assertThat(GoldenMessages.MONITOR_V1_1)
                .map(line -> monitorMessage(line, V1_1))
                .contains(
                        new UpscaleRequest(
                                5,
                                new NeedDetails(
                                        Optional.of("growth"),
                                        Optional.of(Bytes.ofMebibytes(1159)),
                                        OptionalDouble.empty(),
                                        Optional.of(Duration.ofMillis(1850)))),
                        new UpscaleRequest(
                                7,
                                new NeedDetails(
                                        Optional.of("cpu"),
                                        Optional.of(Bytes.ofMebibytes(513)),
                                        OptionalDouble.of(1.5),
                                        Optional.empty())),
                        new UpscaleConfirmation(
                                8,
                                new AppliedSize(
                                        Optional.of(Bytes.ofGibibytes(2)), OptionalDouble.of(2))),
                        new DownscaleResult(
                                6,
                                false,
                                "Postgres uses 251MiB, and with 512MiB the threshold would be"
                                        + " 350.2MiB: less than usage + 100MiB",
                                new RefusalDetails(
                                        Optional.of("too_much_used"),
                                        Optional.of(Bytes.ofMebibytes(513)))),
                        new HealthCheck(
                                14,
                                new HealthDetails(
                                        Optional.of(false),
                                        Optional.of("down"),
                                        List.of("Postgres is down: connection refused"))));
    }

    // ---- across versions

    @Test
    void agentMessagesAreEqualInBothVersions() {
        assertThat(GoldenMessages.AGENT_V1_1).isEqualTo(GoldenMessages.AGENT_V1_0);
    }

    @Test
    void oldVersionOmitsNewerFields() {
        for (String line : GoldenMessages.MONITOR_V1_1) {
            String old = MonitorCodec.encode(monitorMessage(line, V1_1), V1_0);
            // Unknown fields are ignored, so a v1.0 peer decodes both to the same message.
            assertThat(monitorMessage(line, V1_0)).isEqualTo(monitorMessage(old, V1_0));
            assertThat(MonitorCodec.encode(monitorMessage(line, V1_0), V1_0)).isEqualTo(old);
            assertThat(old)
                    .matches(
                            "\\{\"type\":\"[A-Za-z]+\",(\"Ok\":[a-z]+,\"Status\":\"[^\"]+\",)?"
                                    + "(\"error\":\"[^\"]+\",)?\"id\":\\d+}");
        }
        assertThat(
                        MonitorCodec.encode(
                                monitorMessage(GoldenMessages.MONITOR_V1_1.getFirst(), V1_1), V1_0))
                .isEqualTo(GoldenMessages.MONITOR_V1_0.getFirst());
    }

    @Test
    void newVersionAcceptsMessagesWithoutDetails() {
        for (String line : GoldenMessages.MONITOR_V1_0) {
            MonitorMessage message = monitorMessage(line, V1_1);
            assertThat(message).isEqualTo(monitorMessage(line, V1_0));
            assertThat(MonitorCodec.encode(message, V1_1)).isEqualTo(line);
        }
    }

    @Test
    void orderAndUnknownFieldsDoNotMatter() {
        assertThat(
                        agentMessage(
                                """
                                {"id":4,"more":[1,{"a":null}],"type":"DownscaleRequest",
                                 "content":{"why":"cheap","target":{"mem":536870912,"x":1,"cpu":5e-1}}}
                                """))
                .isEqualTo(new DownscaleRequest(4, new Resources(0.5, Bytes.ofMebibytes(512))));
        assertThat(
                        monitorMessage(
                                """
                                {"id":4,"want_disk":7,"applied_mem":true,"reason":"disk_full",
                                 "more":{"a":[null]},"want_cpu":25e-2,"type":"UpscaleRequest"}
                                """,
                                V1_1))
                .isEqualTo(
                        new UpscaleRequest(
                                4,
                                new NeedDetails(
                                        Optional.of("disk_full"),
                                        Optional.empty(),
                                        OptionalDouble.of(0.25),
                                        Optional.empty())));
    }

    // ---- limits

    @Test
    void capsImplausibleMemoryAtMaximum() {
        assertThat(
                        agentMessage(
                                """
                                {"content":{"granted":{"cpu":1,"mem":18446744073709551615}},
                                 "type":"UpscaleNotification","id":2}
                                """))
                .isEqualTo(new UpscaleNotification(2, new Resources(1, Bytes.MAX)));
    }

    @Test
    void capsTimeAtOneDay() {
        var day =
                new UpscaleRequest(
                        3,
                        new NeedDetails(
                                Optional.empty(),
                                Optional.empty(),
                                OptionalDouble.empty(),
                                Optional.of(Duration.ofDays(1))));
        String text = "{\"type\":\"UpscaleRequest\",\"time_left_ms\":%s,\"id\":3}";
        assertThat(monitorMessage(text.formatted("18446744073709551615"), V1_1)).isEqualTo(day);
        assertThat(MonitorCodec.encode(day, V1_1)).isEqualTo(text.formatted("86400000"));
    }

    @Test
    void omitsProblemsBeyondTheLimit() {
        String problem = "x".repeat(199) + "\ud83d\ude00" + "x".repeat(1000);
        var problems = Stream.generate(() -> problem).limit(1000).toList();
        var health = new HealthDetails(Optional.of(false), Optional.empty(), problems);
        assertThat(health.problems()).hasSize(16).containsOnly("x".repeat(199));
        String sent = MonitorCodec.encode(new HealthCheck(2, health), V1_1);
        assertThat(monitorMessage(sent, V1_1)).isEqualTo(new HealthCheck(2, health));
        String longer = sent.replaceFirst("\\[", "[\"first" + "y".repeat(300) + "\",");
        assertThat(((HealthCheck) monitorMessage(longer, V1_1)).health().problems())
                .hasSize(16)
                .startsWith("first" + "y".repeat(195));
    }

    // ---- the document

    @Test
    void theDocumentQuotesTheseMessages() throws IOException {
        String document = Files.readString(Path.of("../docs/protocols/agent-monitor.md"));
        var quoted = document.lines().filter(line -> line.startsWith("{\"")).toList();
        var golden =
                Stream.concat(
                                agentMessages(),
                                monitorMessages().map(it -> it.get()[0]).map(String.class::cast))
                        .toList();
        assertThat(golden).containsAll(quoted);
        assertThat(quoted).containsAll(GoldenMessages.MONITOR_V1_1);
    }

    private static AgentMessage agentMessage(String line) {
        if (AgentCodec.decode(line) instanceof Message<AgentMessage>(AgentMessage message))
            return message;
        throw new AssertionError("cannot be read: " + line);
    }

    private static MonitorMessage monitorMessage(String line, int version) {
        if (MonitorCodec.decode(line, version)
                instanceof Message<MonitorMessage>(MonitorMessage message)) return message;
        throw new AssertionError("cannot be read: " + MonitorCodec.decode(line, version));
    }

    private static List<Class<?>> kinds(Class<?> sealed) {
        return List.of(sealed.getPermittedSubclasses());
    }
}
