package dev.elastigres.daemon.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogTest {
    private static final Clock CLOCK =
            Clock.fixed(Instant.parse("2026-03-04T05:06:07.080Z"), ZoneOffset.UTC);

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Log text = Log.to(out, LogFormat.TEXT, LogLevel.INFO, CLOCK);
    private final Log json = Log.to(out, LogFormat.JSON, LogLevel.DEBUG, CLOCK);

    @Test
    void writesTextForPeople() {
        text.info("downscale refused", "target", "512MiB", "reason", "memory in use", "id", 4);
        text.warn("odd");
        text.debug("not this");
        assertThat(out.toString(UTF_8))
                .isEqualTo(
                        """
                        05:06:07.080 INFO  downscale refused  target=512MiB reason="memory in use" id=4
                        05:06:07.080 WARN  odd
                        """);
    }

    @Test
    void longValuesAreCut() {
        String value = "x".repeat(1999) + "\ud83d\ude00".repeat(30_000);
        text.warn("long", "error", value);
        json.warn("long", "error", new IOException(value));
        String cut = "x".repeat(1999) + "... (61999 characters in all)";
        assertThat(out.toString(UTF_8).lines())
                .containsExactly(
                        "05:06:07.080 WARN  long  error=\"" + cut + "\"",
                        "{\"time\":\"2026-03-04T05:06:07.080Z\",\"level\":\"warn\","
                                + "\"message\":\"long\",\"error\":\""
                                + cut
                                + "\"}");
    }

    @Test
    void quotesAndEscapesMisleadingText() {
        text.info(
                "a\nb\u001b[31m",
                "empty",
                "",
                "quote",
                "a\"b\\c",
                "equals",
                "a=b",
                "lines",
                "a\r\nb\tc",
                "steering",
                "\u001b]0;x\u0007\u202e\u2028\u0085",
                "none",
                null,
                "ä",
                "ö");
        assertThat(out.toString(UTF_8))
                .isEqualTo(
                        "05:06:07.080 INFO  a\\nb\\u001b[31m  empty=\"\" quote=\"a\\\"b\\\\c\" equals=\"a=b\""
                                + " lines=\"a\\r\\nb\\tc\" steering=\"\\u001b]0;x\\u0007\\u202e\\u2028\\u0085\""
                                + " none=null ä=ö\n");
    }

    @Test
    void coloursOnlyWhenAsked() {
        String line =
                new TextLayout(ZoneOffset.UTC, true)
                        .line(CLOCK.instant(), LogLevel.ERROR, "bad", Map.of("a", 1));
        assertThat(line)
                .isEqualTo(
                        "\u001b[2m05:06:07.080\u001b[0m \u001b[31mERROR\u001b[0m bad  \u001b[2ma=\u001b[0m1");
    }

    @Test
    void writesJsonForMachines() {
        json.info("upscaled", "cpu", 0.5, "mem", 1L << 40, "n", 3, "ok", true, "why", null);
        json.debug("half a pair \ud800", "nan", Double.NaN, "took", Duration.ofMillis(1500));
        assertThat(out.toString(UTF_8))
                .isEqualTo(
                        """
                        {"time":"2026-03-04T05:06:07.080Z","level":"info","message":"upscaled",\
                        "cpu":0.5,"mem":1099511627776,"n":3,"ok":true,"why":null}
                        {"time":"2026-03-04T05:06:07.080Z","level":"debug","message":"half a pair ?",\
                        "nan":"NaN","took":"1.5s"}
                        """);
    }

    @Test
    void keepsTheFixedKeys() {
        json.info("real", "message", "fake", "level", "fake", "time", "fake");
        assertThat(parse(lines().getFirst()))
                .containsEntry("message", "real")
                .containsEntry("level", "info")
                .containsEntry("message_", "fake");
    }

    @Test
    void childrenCarryTheirFields() {
        Log child = json.with("instance", "main", "a", 1).with("b", 2);
        child.info("x", "a", 3, "lonely");
        assertThat(parse(lines().getFirst()))
                .containsEntry("instance", "main")
                .containsEntry("a", "3")
                .containsEntry("b", "2")
                .containsEntry("lonely", "?");
    }

    @Test
    void anyTextIsOneLineOfSoundJson() {
        var random = new Random(7);
        for (int round = 0; round < 2000; round++) {
            var chars = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--)
                chars.append((char) random.nextInt(random.nextBoolean() ? 128 : 65_536));
            json.warn(chars.toString(), "key" + chars, chars, "cause", new IOException(chars + ""));
        }
        assertThat(lines()).hasSize(2000).allSatisfy(line -> assertThat(parse(line)).hasSize(5));
    }

    @Test
    void writesTheWholeChainOfCausesAndNoStack() {
        var root = new IOException("connection\nrefused");
        text.warn("cannot size", "cause", new Exception("cannot set", new RuntimeException(root)));
        assertThat(lines())
                .containsExactly(
                        "05:06:07.080 WARN  cannot size  cause=\"cannot set: connection\\nrefused\"");
    }

    @Test
    void unexpectedErrorNamesItsLocation() {
        text.error("a bug", "cause", new Exception("outer", new IllegalStateException("inner")));
        text.error("no bug", "cause", new IOException("gone"));
        text.warn("no error", "cause", new IllegalStateException("inner"));
        assertThat(lines().getFirst())
                .matches(
                        ".* cause=\"outer: inner\" at=dev.elastigres.daemon.log.LogTest"
                                + ".unexpectedErrorNamesItsLocation\\(LogTest.java:\\d+\\)");
        assertThat(lines().subList(1, 3)).noneMatch(line -> line.contains(" at="));
    }

    @Test
    void writesEachLineAtOnceAndNeverThrows() {
        var writes = new ArrayList<Integer>();
        var broken =
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        throw new AssertionError("byte by byte");
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        writes.add(length);
                        throw new IOException("Broken pipe");
                    }
                };
        var unprintable =
                new Object() {
                    @Override
                    public String toString() {
                        throw new IllegalStateException("no");
                    }
                };
        Log log = Log.to(broken, LogFormat.JSON, LogLevel.INFO, CLOCK);
        assertThatCode(() -> log.info("x".repeat(100_000), "a", unprintable))
                .doesNotThrowAnyException();
        text.info("still a line", "a", unprintable);
        assertThat(lines().getFirst())
                .endsWith("a=\"a value whose text fails with java.lang.IllegalStateException\"");
        assertThat(writes).hasSize(1);
        assertThat(writes.getFirst()).isGreaterThan(100_000);
    }

    @Test
    void takesWarningsOfLibraries() throws IOException {
        try {
            JavaLogging.redirectTo(text);
            Logger library = Logger.getLogger("org.library.Thing");
            library.warning("careful");
            library.log(java.util.logging.Level.WARNING, "lost {0}", "it");
            library.log(java.util.logging.Level.SEVERE, "broken", new IOException("why"));
            library.info("chatter");
            library.warning((String) null);
        } finally {
            LogManager.getLogManager().readConfiguration();
        }
        assertThat(lines())
                .containsExactly(
                        "05:06:07.080 WARN  careful  logger=org.library.Thing",
                        "05:06:07.080 WARN  lost it  logger=org.library.Thing",
                        "05:06:07.080 ERROR broken  logger=org.library.Thing cause=why",
                        "05:06:07.080 WARN  null  logger=org.library.Thing");
    }

    private List<String> lines() {
        return out.toString(UTF_8).lines().toList();
    }

    private static Map<String, @Nullable String> parse(String line) {
        var fields = new LinkedHashMap<String, @Nullable String>();
        try (var parser = new JsonFactory().createParser(line)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                fields.put(name, parser.getText());
            }
            assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
            assertThat(parser.nextToken()).isNull();
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
        return fields;
    }
}
