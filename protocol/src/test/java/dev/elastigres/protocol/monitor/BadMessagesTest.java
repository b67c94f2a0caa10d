package dev.elastigres.protocol.monitor;

import static dev.elastigres.protocol.monitor.ProtocolVersion.V1_0;
import static dev.elastigres.protocol.monitor.ProtocolVersion.V1_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.protocol.monitor.Decoded.Message;
import dev.elastigres.protocol.monitor.Decoded.Unreadable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Tests messages of a faulty or hostile peer: every one can be answered, and none causes an
/// exception.
class BadMessagesTest {

    @Test
    void longSentencesAreCut() {
        String text = "x".repeat(999) + "\ud83d\ude00".repeat(30_000);
        String cut = "x".repeat(999) + "...";
        assertThat(
                        AgentCodec.decode(
                                "{\"content\":{\"error\":\"%s\"},\"type\":\"InternalError\",\"id\":6}"
                                        .formatted(text)))
                .isEqualTo(new Message<AgentMessage>(new AgentMessage.InternalError(6, cut)));
        assertThat(
                        MonitorCodec.decode(
                                "{\"type\":\"InvalidMessage\",\"error\":\"%s\",\"id\":6}"
                                        .formatted(text),
                                V1_0))
                .isEqualTo(new Message<MonitorMessage>(new MonitorMessage.InvalidMessage(6, cut)));
        assertThat(Handshake.decodeReply("{\"error\":\"%s\"}".formatted(text), VersionRange.OURS))
                .isEqualTo(new Handshake.HandshakeReply.Failed(cut));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                // text | id in the answer | why
                "{\"type\":\"Nonsense\",\"id\":6} | 6 | unknown type",
                "{\"type\":\"HealthCheck\",\"id\":6} | 6 | `content` is missing",
                "{\"content\":null,\"type\":\"HealthCheck\",\"id\":6} | 6 | `content` is not an object",
                "{\"content\":{},\"type\":\"HealthCheck\"} | 0 | `id` is missing",
                "{\"content\":{},\"type\":\"HealthCheck\",\"id\":-2} | 0 | `id` is not a whole number from 0 on",
                "{\"content\":{},\"type\":\"HealthCheck\",\"id\":2.5} | 0 | `id` is not a whole number from 0 on",
                "{\"content\":{},\"type\":\"HealthCheck\",\"id\":\"2\"} | 0 | `id` is not a whole number from 0 on",
                "{\"content\":{},\"type\":\"HealthCheck\",\"id\":18446744073709551616} | 0 | `id` is above 2^64-1",
                "{\"content\":{},\"id\":8} | 8 | `type` is missing",
                "{\"content\":{},\"type\":7,\"id\":8} | 8 | `type` is not a string",
                "{\"content\":{},\"type\":\"DownscaleRequest\",\"id\":8} | 8 | `content.target` is missing",
                "{\"content\":{\"target\":{\"cpu\":1}},\"type\":\"DownscaleRequest\",\"id\":8} | 8 | `content.target.mem` is missing",
                "{\"content\":{\"target\":{\"cpu\":1,\"mem\":-1}},\"type\":\"DownscaleRequest\",\"id\":8} | 8 | `content.target.mem` is not a whole number from 0 on",
                "{\"content\":{\"target\":{\"cpu\":1,\"mem\":9e8}},\"type\":\"DownscaleRequest\",\"id\":8} | 8 | `content.target.mem` is not a whole number from 0 on",
                "{\"content\":{\"target\":{\"cpu\":-1,\"mem\":1}},\"type\":\"DownscaleRequest\",\"id\":8} | 8 | `content.target.cpu` is out of range",
                "{\"content\":{\"target\":{\"cpu\":1e999,\"mem\":1}},\"type\":\"DownscaleRequest\",\"id\":8} | 8 | `content.target.cpu` is out of range",
                "[] | 0 | not a JSON object",
                "7 | 0 | not a JSON object",
            })
    void isAnsweredByIdAndReason(String text, long id, String why) {
        assertThat(AgentCodec.decode(text)).isEqualTo(new Unreadable<AgentMessage>(id, why));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "UpscaleRequest | \"want_mem\":\"9\" | `want_mem` is not a whole number from 0 on",
                "UpscaleRequest | \"want_mem\":-1 | `want_mem` is not a whole number from 0 on",
                "UpscaleRequest | \"want_mem\":9e8 | `want_mem` is not a whole number from 0 on",
                "UpscaleRequest | \"want_mem\":null | `want_mem` is not a whole number from 0 on",
                "UpscaleRequest | \"want_mem\":18446744073709551616 | `want_mem` is above 2^64-1",
                "UpscaleRequest | \"want_cpu\":-0.5 | `want_cpu` is out of range",
                "UpscaleRequest | \"want_cpu\":1e999 | `want_cpu` is out of range",
                "UpscaleRequest | \"want_cpu\":\"1\" | `want_cpu` is not a number",
                "UpscaleRequest | \"time_left_ms\":1.5 | `time_left_ms` is not a whole number from 0 on",
                "UpscaleRequest | \"reason\":7 | `reason` is not a string",
                "UpscaleConfirmation | \"applied_mem\":{} | `applied_mem` is not a whole number from 0 on",
                "UpscaleConfirmation | \"applied_cpu\":true | `applied_cpu` is not a number",
                "DownscaleResult | \"least_mem\":0.5 | `least_mem` is not a whole number from 0 on",
                "HealthCheck | \"ready\":\"yes\" | `ready` is not true or false",
                "HealthCheck | \"postgres\":false | `postgres` is not a string",
                "HealthCheck | \"troubles\":\"many\" | `troubles` is not a list",
                "HealthCheck | \"troubles\":[\"one\",2] | `troubles` is not a list of strings",
            })
    void detailsOfAWrongKindAreNotTaken(String type, String detail, String why) {
        String text =
                "{\"type\":\"%s\",\"Ok\":false,\"Status\":\"no\",%s,\"id\":6}"
                        .formatted(type, detail);
        assertThat(MonitorCodec.decode(text, V1_1))
                .isEqualTo(new Unreadable<MonitorMessage>(6, why));
        // In v1.0, this is an unknown field.
        assertThat(MonitorCodec.decode(text, V1_0)).isInstanceOf(Message.class);
    }

    @Test
    void aCodeHasItsLimit() {
        String text = "{\"type\":\"HealthCheck\",\"postgres\":\"%s\",\"id\":6}";
        assertThat(MonitorCodec.decode(text.formatted("u".repeat(64)), V1_1))
                .isInstanceOf(Message.class);
        assertThat(MonitorCodec.decode(text.formatted("u".repeat(65)), V1_1))
                .isEqualTo(new Unreadable<MonitorMessage>(6, "`postgres` is too long"));
    }

    @Test
    void answersTextThatIsNotJson() {
        for (String text :
                List.of(
                        "",
                        " ",
                        "nonsense",
                        "{\"id\":2",
                        "{\"id\":2}{",
                        "{\"id\":2} {\"id\":4}",
                        "{\"id\":2,\"id\":4,\"type\":\"HealthCheck\",\"content\":{}}",
                        "{\"id\":NaN}",
                        "{\"id\":02}",
                        "{\"id\":0x2}",
                        "{'id':2}",
                        "[".repeat(100_000),
                        "{\"a\":".repeat(100_000),
                        "{\"id\":" + "9".repeat(100_000) + "}",
                        "\ufeff{}"))
            assertThat(AgentCodec.decode(text))
                    .as(text.length() > 100 ? text.substring(0, 100) : text)
                    .isInstanceOfSatisfying(
                            Unreadable.class,
                            bad -> assertThat(bad.why()).isNotBlank().hasSizeLessThan(500));
    }

    @ParameterizedTest
    @CsvSource({
        "9007199254740992", // 2^53, from where a double is not exact
        "9007199254740993",
        "9223372036854775808", // 2^63
        "18446744073709551615" // 2^64-1
    })
    void idsAreExact(String id) {
        String text = "{\"content\":{},\"type\":\"HealthCheck\",\"id\":" + id + "}";
        assertThat(AgentCodec.decode(text))
                .isEqualTo(new Message<>(new AgentMessage.HealthCheck(Long.parseUnsignedLong(id))));
        assertThat(
                        MonitorCodec.encode(
                                new MonitorMessage.HealthCheck(Long.parseUnsignedLong(id)), V1_0))
                .isEqualTo("{\"type\":\"HealthCheck\",\"id\":" + id + "}");
    }

    @Test
    void neverThrowsOnDamagedMessages() {
        List<String> good = everyMessage();
        var random = new Random(20);
        for (int i = 0; i < 20_000; i++) {
            String text = damaged(good.get(random.nextInt(good.size())), random);
            // Any result is a message or an answer; there is no exception.
            assertThat(AgentCodec.decode(text)).isNotNull();
            assertThat(MonitorCodec.decode(text, V1_0)).isNotNull();
            assertThat(MonitorCodec.decode(text, V1_1)).isNotNull();
            assertThat(Handshake.answer(text, VersionRange.OURS)).isNotNull();
            assertThat(Handshake.decodeReply(text, VersionRange.OURS)).isNotNull();
        }
    }

    private static List<String> everyMessage() {
        var all = new ArrayList<>(GoldenMessages.AGENT_V1_1);
        all.addAll(GoldenMessages.MONITOR_V1_0);
        all.addAll(GoldenMessages.MONITOR_V1_1);
        return all;
    }

    private static String damaged(String text, Random random) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, random.nextInt(text.length()));
            case 1 -> {
                for (int n = random.nextInt(1, 5); n > 0; n--)
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                yield new String(bytes, StandardCharsets.UTF_8);
            }
            case 2 -> {
                int at = random.nextInt(text.length());
                yield text.substring(0, at) + text.substring(random.nextInt(text.length()));
            }
            default -> {
                random.nextBytes(bytes);
                yield new String(bytes, StandardCharsets.ISO_8859_1);
            }
        };
    }
}
