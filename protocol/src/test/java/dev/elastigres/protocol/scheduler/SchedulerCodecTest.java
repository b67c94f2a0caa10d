package dev.elastigres.protocol.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchedulerCodecTest {
    private static final Path GOLDEN =
            Path.of("src/test/resources/dev/elastigres/protocol/scheduler");
    private static final String REQUEST =
            """
            {"protoVersion":7,"pod":{"name":"a","namespace":"b"},"computeUnit":{"vCPUs":1,"mem":"1Gi"},
             "resources":{"vCPUs":1,"mem":"1Gi"},"lastPermit":null,"metrics":null}
            """;

    static List<String> requests() throws IOException {
        return Files.readAllLines(GOLDEN.resolve("requests-v5.0.jsonl"));
    }

    static List<String> answers() throws IOException {
        return Files.readAllLines(GOLDEN.resolve("answers-v5.0.jsonl"));
    }

    // ---- golden messages

    @ParameterizedTest
    @MethodSource("requests")
    void requestsRoundTripByteByByte(String line) throws Exception {
        assertThat(SchedulerCodec.encode(SchedulerCodec.decodeRequest(line))).isEqualTo(line);
    }

    @ParameterizedTest
    @MethodSource("answers")
    void answersRoundTripByteByByte(String line) throws Exception {
        assertThat(SchedulerCodec.encode(SchedulerCodec.decodeAnswer(line))).isEqualTo(line);
    }

    @Test
    void decodesFieldsOfRequestsAndAnswers() throws Exception {
        assertThat(SchedulerCodec.decodeRequest(requests().getFirst()))
                .isEqualTo(
                        new SchedulerRequest(
                                "default",
                                "pg-1",
                                ComputeUnit.DEFAULT,
                                new Resources(0.5, Bytes.ofGibibytes(2)),
                                Optional.of(new Resources(0.25, Bytes.ofGibibytes(1))),
                                OptionalDouble.of(0.5)));
        assertThat(SchedulerCodec.decodeAnswer(answers().getLast()))
                .isEqualTo(new SchedulerResponse(new Resources(1.25, Bytes.of(512)), true));
    }

    @Test
    void theDocumentQuotesTheseMessages() throws IOException {
        String document = Files.readString(Path.of("../docs/protocols/agent-scheduler.md"));
        var golden = new ArrayList<>(requests());
        golden.addAll(answers());
        assertThat(document.lines().filter(line -> line.startsWith("{\"")))
                .containsExactlyElementsOf(golden);
    }

    @Test
    void orderAndUnknownFieldsDoNotMatter() throws Exception {
        assertThat(
                        SchedulerCodec.decodeAnswer(
                                """
                                {"more":[{}],"migrate":null,
                                 "permit":{"mem":"1Gi","disk":"1Ti","vCPUs":"1"}}
                                """))
                .isEqualTo(new SchedulerResponse(new Resources(1, Bytes.ofGibibytes(1)), false));
    }

    // ---- quantities

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "0, 0",
        "1.5, 1.5",
        "\"2\", 2",
        "\"250m\", 0.25",
        "\"0.25\", 0.25",
        "\".5\", 0.5",
        "\"2.\", 2",
        "\"+1\", 1",
        "\"100u\", 0.001",
        "\"1500000n\", 0.002",
        "\"1e1\", 10",
        "2.5e-1, 0.25",
        "\"1k\", 1000"
    })
    void cpusInAnyForm(String written, double vcpus) throws Exception {
        assertThat(permit(written, "1").vcpus()).isEqualTo(vcpus);
    }

    @ParameterizedTest
    @CsvSource({
        "1023, 1023",
        "1073741824, 1073741824",
        "1e9, 1000000000",
        "\"1Ki\", 1024",
        "\"1.5Gi\", 1610612736",
        "\"1Mi\", 1048576",
        "\"2Ti\", 2199023255552",
        "\"1Pi\", 1125899906842624",
        "\"1Ei\", 1152921504606846976",
        "\"1k\", 1000",
        "\"128M\", 128000000",
        "\"1G\", 1000000000",
        "\"1T\", 1000000000000",
        "\"1E\", 1000000000000000000",
        "\"1E3\", 1000",
        "\"12e6\", 12000000",
        "\"1500m\", 2",
        "\"100Ei\", 9223372036854775807",
        "1e999, 9223372036854775807"
    })
    void memoryInAnyForm(String written, long bytes) throws Exception {
        assertThat(permit("1", written).memory()).isEqualTo(Bytes.of(bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "\"\"",
        "\"1gi\"",
        "\"1 Gi\"",
        "\"Gi\"",
        "\"-1\"",
        "-1",
        "\"1e\"",
        "\"1Gim\"",
        "\"1e3Gi\"",
        "\"0x10\"",
        "\"1e1000\"",
        "\"NaN\"",
        "\"1_000\"",
        "true",
        "null",
        "{}",
        "\"٣\""
    })
    void rejectsInvalidQuantity(String written) {
        assertThatThrownBy(() -> permit("1", written))
                .isInstanceOf(SchedulerFormatException.class)
                .hasMessage("`permit.mem` is not a quantity from 0 on");
    }

    private static Resources permit(String vcpus, String memory) throws SchedulerFormatException {
        String text = "{\"permit\":{\"vCPUs\":%s,\"mem\":%s}}".formatted(vcpus, memory);
        return SchedulerCodec.decodeAnswer(text).permit();
    }

    // ---- round trips

    @Test
    void randomMessagesRoundTrip() throws Exception {
        for (long seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            var request =
                    new SchedulerRequest(
                            name(random),
                            name(random),
                            new ComputeUnit(
                                    random.nextInt(1, 8000) / 1000.0,
                                    Bytes.of(1L << random.nextInt(0, 40))),
                            resources(random),
                            random.nextBoolean()
                                    ? Optional.of(resources(random))
                                    : Optional.empty(),
                            random.nextBoolean()
                                    ? OptionalDouble.of(random.nextDouble() * random.nextInt(100))
                                    : OptionalDouble.empty());
            assertThat(SchedulerCodec.decodeRequest(SchedulerCodec.encode(request)))
                    .as("seed %d", seed)
                    .isEqualTo(request);
            var answer = new SchedulerResponse(resources(random), random.nextBoolean());
            assertThat(SchedulerCodec.decodeAnswer(SchedulerCodec.encode(answer)))
                    .as("seed %d", seed)
                    .isEqualTo(answer);
        }
    }

    private static String name(Random random) {
        return "vm-\u00fc\"\\".substring(0, random.nextInt(1, 6)) + random.nextInt();
    }

    private static Resources resources(Random random) {
        return new Resources(
                random.nextInt(1_000_000) / 1000.0,
                Bytes.of(random.nextLong(Long.MAX_VALUE) >>> random.nextInt(63)));
    }

    // ---- invalid messages

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"protoVersion\":7|\"protoVersion\":6|unsupported version: `protoVersion` is 6, the supported one is 7",
                "\"protoVersion\":7|\"protoVersion\":\"7\"|`protoVersion` is not a whole number",
                "\"protoVersion\":7,||`protoVersion` is missing",
                "\"name\":\"a\"|\"name\":\"\"|`pod.name` is not a name",
                "\"name\":\"a\"|\"name\":4|`pod.name` is not a string",
                "\"vCPUs\":1,\"mem\":\"1Gi\"},\"lastPermit\"|\"vCPUs\":1},\"lastPermit\"|`resources.mem` is missing",
                "\"computeUnit\":{\"vCPUs\":1|\"computeUnit\":{\"vCPUs\":0|`computeUnit` has nothing of one resource",
                "\"computeUnit\":{\"vCPUs\":1|\"computeUnit\":{\"vCPUs\":\"5M\"|`computeUnit.vCPUs` is out of range",
                "\"lastPermit\":null|\"lastPermit\":{}|`lastPermit.vCPUs` is missing",
                "\"lastPermit\":null|\"lastPermit\":7|`lastPermit` is not an object",
                "\"metrics\":null|\"metrics\":{\"loadAvg1M\":-1}|`metrics.loadAvg1M` is out of range",
                "\"metrics\":null|\"metrics\":{\"loadAvg1M\":\"1\"}|`metrics.loadAvg1M` is not a number"
            })
    void isRefusedByName(String good, @Nullable String bad, String why) {
        assertThat(REQUEST).contains(good);
        String text = REQUEST.replace(good, bad == null ? "" : bad);
        assertThatThrownBy(() -> SchedulerCodec.decodeRequest(text))
                .isInstanceOf(SchedulerFormatException.class)
                .hasMessage(why);
    }

    @Test
    void hasItsLimits() {
        String name = "n".repeat(254);
        assertThatThrownBy(
                        () ->
                                SchedulerCodec.decodeRequest(
                                        REQUEST.replace("\"a\"", "\"" + name + "\"")))
                .hasMessage("`pod.name` is not a name");
        String spaces = " ".repeat(SchedulerCodec.MAX_CHARACTERS);
        assertThatThrownBy(() -> SchedulerCodec.decodeRequest(REQUEST + spaces))
                .hasMessage("longer than 65536");
        for (String text : List.of("", "[]", "nonsense", "[".repeat(60_000), "{\"a\":1,\"a\":2}"))
            assertThatThrownBy(() -> SchedulerCodec.decodeAnswer(text))
                    .isInstanceOf(SchedulerFormatException.class)
                    .hasMessageStartingWith("not ");
    }

    @Test
    void damagedMessagesAreReadOrRefused() throws IOException {
        var good = new ArrayList<>(requests());
        good.addAll(answers());
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.get(random.nextInt(good.size())).getBytes(StandardCharsets.UTF_8);
            for (int n = random.nextInt(1, 5); n > 0; n--)
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            String text = new String(bytes, StandardCharsets.UTF_8);
            try {
                assertThat(SchedulerCodec.decodeRequest(text)).isNotNull();
            } catch (SchedulerFormatException e) {
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(500);
                refused++;
            }
            try {
                assertThat(SchedulerCodec.decodeAnswer(text)).isNotNull();
            } catch (SchedulerFormatException e) {
                assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(500);
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(10_000);
    }
}
