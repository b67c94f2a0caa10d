package dev.elastigres.daemon.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.Parsed.Bad;
import dev.elastigres.daemon.settings.Parsed.Good;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KindTest {
    private enum Policy {
        AUTO,
        NEON_CACHE
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0B",
        "100, 100, 100B",
        "100B, 100, 100B",
        "1k, 1024, 1KiB",
        "512kB, 524288, 512KiB",
        "100M, 104857600, 100MiB",
        "100MB, 104857600, 100MiB",
        "100MiB, 104857600, 100MiB",
        "100 mib, 104857600, 100MiB",
        "1536MiB, 1610612736, 1536MiB",
        "1G, 1073741824, 1GiB",
        "2TB, 2199023255552, 2TiB",
    })
    void readsSizes(String text, long bytes, String printed) {
        assertThat(good(Kind.bytes(), text)).isEqualTo(Bytes.of(bytes));
        String shortest = Kind.bytes().printer().apply(Bytes.of(bytes));
        assertThat(shortest).isEqualTo(printed.replaceFirst("(\\d)B$", "$1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-1", "1.5G", "1Q", "1 M B", "0x10", "１M"})
    void refusesWhatIsNoSize(String text) {
        assertThat(bad(Kind.bytes(), text))
                .isEqualTo(
                        "is not a size: give a whole number with a unit, like 512kB, 100MiB or 4G");
    }

    @Test
    void refusesSizesOutOfRange() {
        var kind = Kind.bytes(Bytes.ofMebibytes(1), Bytes.ofGibibytes(1));
        assertThat(bad(kind, "1023k")).isEqualTo("is out of range: give 1MiB to 1GiB");
        assertThat(bad(kind, "9999999999999999999999T"))
                .isEqualTo("is out of range: give 1MiB to 1GiB");
        assertThat(bad(Kind.bytes(), "9999999999999T")).startsWith("is out of range");
        assertThat(good(kind, "1G")).isEqualTo(Bytes.ofGibibytes(1));
    }

    @ParameterizedTest
    @CsvSource({"100ms, 100", "1500ms, 1500", "5s, 5000", "5 s, 5000", "1m, 60000", "2h, 7200000"})
    void readsTimes(String text, long millis) {
        assertThat(good(Kind.duration(), text)).isEqualTo(Duration.ofMillis(millis));
        assertThat(Kind.duration().printer().apply(Duration.ofMillis(millis)))
                .isEqualTo(text.replace(" ", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-5s", "5.5s", "1d", "5 parsecs", "PT5S"})
    void refusesWhatIsNoTime(String text) {
        assertThat(bad(Kind.duration(), text)).startsWith("is not a time: ");
    }

    @Test
    void aTimeIsAtLeastAMillisecondUnlessItMayBeZero() {
        assertThat(bad(Kind.duration(), "0ms")).isEqualTo("is out of range: give 1ms to 8760h");
        var kind = Kind.duration(Duration.ZERO, Duration.ofMinutes(1));
        assertThat(good(kind, "0s")).isEqualTo(Duration.ZERO);
        assertThat(kind.printer().apply(Duration.ZERO)).isEqualTo("0ms");
    }

    @Test
    void readsNumbers() {
        assertThat(good(Kind.integer(-5, 5), "-5")).isEqualTo(-5);
        assertThat(bad(Kind.integer(1, 5), "6"))
                .isEqualTo("is out of range: give a whole number from 1 to 5");
        assertThat(bad(Kind.integer(1, 5), "99999999999"))
                .isEqualTo("is not a number in range: give a whole number from 1 to 5");
        assertThat(good(Kind.decimal(0, 10), "1e-1")).isEqualTo(0.1);
        assertThat(good(Kind.decimal(0, 10), ".5")).isEqualTo(0.5);
        for (String text : new String[] {"NaN", "Infinity", "1d", "0x1p3", "", " 1", "1,5"})
            assertThat(bad(Kind.decimal(0, 10), text)).startsWith("is not a number: ");
        assertThat(bad(Kind.decimal(0, 1), "1e999")).startsWith("is out of range: ");
        var open = Kind.decimal(0, 1).where(x -> x > 0 && x < 1, "give a number between 0 and 1");
        assertThat(bad(open, "1")).isEqualTo("is out of range: give a number between 0 and 1");
        assertThat(bad(open, "x")).startsWith("is not a number: ");
        assertThat(good(open, "0.75")).isEqualTo(0.75);
    }

    @Test
    void readsWords() {
        assertThat(good(Kind.text(), " a ")).isEqualTo(" a ");
        assertThat(bad(Kind.text(), "")).isEqualTo("is empty: give a text");
        assertThat(good(Kind.toggle(), "true")).isTrue();
        assertThat(bad(Kind.toggle(), "yes")).isEqualTo("is neither true nor false");
        assertThat(good(Kind.oneOf(Policy.class), "neon-cache")).isEqualTo(Policy.NEON_CACHE);
        assertThat(bad(Kind.oneOf(Policy.class), "NEON")).isEqualTo("is none of auto, neon-cache");
        assertThat(Kind.oneOf(Policy.class).placeholder()).isEqualTo("auto|neon-cache");
        assertThat(good(Kind.path(), "/proc")).isEqualTo(Path.of("/proc"));
        assertThat(bad(Kind.path(), "a\0b")).isEqualTo("is not a path");
        assertThat(bad(Kind.path(), "")).isEqualTo("is empty: give a path");
    }

    @Test
    void readsPlaces() {
        for (String text : new String[] {"127.0.0.1:10301", "localhost:0", "[::1]:65535"})
            assertThat(good(Kind.hostPort(), text)).hasToString(text);
        assertThat(good(Kind.hostPort(), "[::1]:80").resolve().getAddress().isLoopbackAddress())
                .isTrue();
        assertThat(bad(Kind.hostPort(), "localhost")).isEqualTo("has no port: give HOST:PORT");
        assertThat(bad(Kind.hostPort(), "a:65536")).startsWith("has no port: give a number");
        assertThat(bad(Kind.hostPort(), "a:")).startsWith("has no port: give a number");
        assertThat(bad(Kind.hostPort(), ":80")).startsWith("has no host: ");
        assertThat(bad(Kind.hostPort(), "[]:80")).startsWith("has no host: ");
        assertThat(bad(Kind.hostPort(), "::1:80")).startsWith("has too many colons: ");
        for (String nowhere : new String[] {"a b:80", "a_b:80", "a/b:80", "[::1]]:80", "u@h:80"})
            assertThat(bad(Kind.hostPort(), nowhere)).as(nowhere).startsWith("has no host");
    }

    @Test
    void anyTextIsReadOrRefusedAndWhatIsReadComesBack() {
        var random = new Random(4);
        String letters = "0123456789.-+eEkKmMgGiIbBsh []:x\u00e9\uff11";
        int read = 0;
        for (int round = 0; round < 100_000; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(8); i > 0; i--)
                text.append(letters.charAt(random.nextInt(letters.length())));
            read += readsBack(Kind.bytes(), text.toString());
            read += readsBack(Kind.duration(), text.toString());
            read += readsBack(Kind.integer(-100, 100), text.toString());
            read += readsBack(Kind.decimal(-1e9, 1e9), text.toString());
            read += readsBack(Kind.hostPort(), text.toString());
        }
        assertThat(read).isGreaterThan(5000);
    }

    private static <T> int readsBack(Kind<T> kind, String text) {
        return switch (kind.parser().apply(text)) {
            case Good<T>(T value) -> {
                assertThat(good(kind, kind.printer().apply(value))).isEqualTo(value);
                yield 1;
            }
            case Bad<T>(String why) -> {
                assertThat(why).isNotEmpty();
                yield 0;
            }
        };
    }

    private static <T> T good(Kind<T> kind, String text) {
        return switch (kind.parser().apply(text)) {
            case Good<T>(T value) -> value;
            case Bad<T>(String why) -> throw new AssertionError(text + " " + why);
        };
    }

    private static <T> String bad(Kind<T> kind, String text) {
        return switch (kind.parser().apply(text)) {
            case Good<T>(T value) -> throw new AssertionError(text + " was read as " + value);
            case Bad<T>(String why) -> why;
        };
    }
}
