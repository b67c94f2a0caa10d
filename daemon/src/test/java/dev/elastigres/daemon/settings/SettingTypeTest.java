package dev.elastigres.daemon.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.ParseResult.Invalid;
import dev.elastigres.daemon.settings.ParseResult.Valid;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTypeTest {
    private enum SamplePolicy {
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
        assertThat(good(SettingType.bytes(), text)).isEqualTo(Bytes.of(bytes));
        String min = SettingType.bytes().printer().apply(Bytes.of(bytes));
        assertThat(min).isEqualTo(printed.replaceFirst("(\\d)B$", "$1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "M", "-1", "1.5G", "1Q", "1 M B", "0x10", "１M"})
    void rejectsInvalidSize(String text) {
        assertThat(bad(SettingType.bytes(), text))
                .isEqualTo(
                        "is not a size: give a whole number with a unit, like 512kB, 100MiB or 4G");
    }

    @Test
    void refusesSizesOutOfRange() {
        var kind = SettingType.bytes(Bytes.ofMebibytes(1), Bytes.ofGibibytes(1));
        assertThat(bad(kind, "1023k")).isEqualTo("is out of range: give 1MiB to 1GiB");
        assertThat(bad(kind, "9999999999999999999999T"))
                .isEqualTo("is out of range: give 1MiB to 1GiB");
        assertThat(bad(SettingType.bytes(), "9999999999999T")).startsWith("is out of range");
        assertThat(good(kind, "1G")).isEqualTo(Bytes.ofGibibytes(1));
    }

    @ParameterizedTest
    @CsvSource({"100ms, 100", "1500ms, 1500", "5s, 5000", "5 s, 5000", "1m, 60000", "2h, 7200000"})
    void readsTimes(String text, long millis) {
        assertThat(good(SettingType.duration(), text)).isEqualTo(Duration.ofMillis(millis));
        assertThat(SettingType.duration().printer().apply(Duration.ofMillis(millis)))
                .isEqualTo(text.replace(" ", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-5s", "5.5s", "1d", "5 parsecs", "PT5S"})
    void rejectsInvalidTime(String text) {
        assertThat(bad(SettingType.duration(), text)).startsWith("is not a time: ");
    }

    @Test
    void aTimeIsAtLeastAMillisecondUnlessItMayBeZero() {
        assertThat(bad(SettingType.duration(), "0ms"))
                .isEqualTo("is out of range: give 1ms to 8760h");
        var kind = SettingType.duration(Duration.ZERO, Duration.ofMinutes(1));
        assertThat(good(kind, "0s")).isEqualTo(Duration.ZERO);
        assertThat(kind.printer().apply(Duration.ZERO)).isEqualTo("0ms");
    }

    @Test
    void readsNumbers() {
        assertThat(good(SettingType.integer(-5, 5), "-5")).isEqualTo(-5);
        assertThat(bad(SettingType.integer(1, 5), "6"))
                .isEqualTo("is out of range: give a whole number from 1 to 5");
        assertThat(bad(SettingType.integer(1, 5), "99999999999"))
                .isEqualTo("is not a number in range: give a whole number from 1 to 5");
        assertThat(good(SettingType.decimal(0, 10), "1e-1")).isEqualTo(0.1);
        assertThat(good(SettingType.decimal(0, 10), ".5")).isEqualTo(0.5);
        for (String text : new String[] {"NaN", "Infinity", "1d", "0x1p3", "", " 1", "1,5"})
            assertThat(bad(SettingType.decimal(0, 10), text)).startsWith("is not a number: ");
        assertThat(bad(SettingType.decimal(0, 1), "1e999")).startsWith("is out of range: ");
        var open =
                SettingType.decimal(0, 1)
                        .where(x -> x > 0 && x < 1, "give a number between 0 and 1");
        assertThat(bad(open, "1")).isEqualTo("is out of range: give a number between 0 and 1");
        assertThat(bad(open, "x")).startsWith("is not a number: ");
        assertThat(good(open, "0.75")).isEqualTo(0.75);
    }

    @Test
    void readsWords() {
        assertThat(good(SettingType.text(), " a ")).isEqualTo(" a ");
        assertThat(bad(SettingType.text(), "")).isEqualTo("is empty: give a text");
        assertThat(good(SettingType.toggle(), "true")).isTrue();
        assertThat(bad(SettingType.toggle(), "yes")).isEqualTo("is neither true nor false");
        assertThat(good(SettingType.oneOf(SamplePolicy.class), "neon-cache"))
                .isEqualTo(SamplePolicy.NEON_CACHE);
        assertThat(bad(SettingType.oneOf(SamplePolicy.class), "NEON"))
                .isEqualTo("must be one of auto, neon-cache");
        assertThat(SettingType.oneOf(SamplePolicy.class).placeholder())
                .isEqualTo("auto|neon-cache");
        assertThat(good(SettingType.path(), "/proc")).isEqualTo(Path.of("/proc"));
        assertThat(bad(SettingType.path(), "a\0b")).isEqualTo("is not a path");
        assertThat(bad(SettingType.path(), "")).isEqualTo("is empty: give a path");
    }

    @Test
    void readsAddresses() {
        for (String text : new String[] {"127.0.0.1:10301", "localhost:0", "[::1]:65535"})
            assertThat(good(SettingType.hostPort(), text)).hasToString(text);
        assertThat(
                        good(SettingType.hostPort(), "[::1]:80")
                                .resolve()
                                .getAddress()
                                .isLoopbackAddress())
                .isTrue();
        assertThat(bad(SettingType.hostPort(), "localhost"))
                .isEqualTo("has no port: give HOST:PORT");
        assertThat(bad(SettingType.hostPort(), "a:65536")).startsWith("has no port: give a number");
        assertThat(bad(SettingType.hostPort(), "a:")).startsWith("has no port: give a number");
        assertThat(bad(SettingType.hostPort(), ":80")).startsWith("has no host: ");
        assertThat(bad(SettingType.hostPort(), "[]:80")).startsWith("has no host: ");
        assertThat(bad(SettingType.hostPort(), "::1:80")).startsWith("has too many colons: ");
        for (String nowhere : new String[] {"a b:80", "a_b:80", "a/b:80", "[::1]]:80", "u@h:80"})
            assertThat(bad(SettingType.hostPort(), nowhere))
                    .as(nowhere)
                    .matches("has (no|an invalid) host: .*");
    }

    @Test
    void randomTextIsRejectedOrReadsBackUnchanged() {
        var random = new Random(4);
        String letters = "0123456789.-+eEkKmMgGiIbBsh []:x\u00e9\uff11";
        int read = 0;
        for (int round = 0; round < 100_000; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(8); i > 0; i--)
                text.append(letters.charAt(random.nextInt(letters.length())));
            read += readsBack(SettingType.bytes(), text.toString());
            read += readsBack(SettingType.duration(), text.toString());
            read += readsBack(SettingType.integer(-100, 100), text.toString());
            read += readsBack(SettingType.decimal(-1e9, 1e9), text.toString());
            read += readsBack(SettingType.hostPort(), text.toString());
        }
        assertThat(read).isGreaterThan(5000);
    }

    private static <T> int readsBack(SettingType<T> kind, String text) {
        return switch (kind.parser().apply(text)) {
            case Valid<T>(T value) -> {
                assertThat(good(kind, kind.printer().apply(value))).isEqualTo(value);
                yield 1;
            }
            case Invalid<T>(String why) -> {
                assertThat(why).isNotEmpty();
                yield 0;
            }
        };
    }

    private static <T> T good(SettingType<T> kind, String text) {
        return switch (kind.parser().apply(text)) {
            case Valid<T>(T value) -> value;
            case Invalid<T>(String why) -> throw new AssertionError(text + " " + why);
        };
    }

    private static <T> String bad(SettingType<T> kind, String text) {
        return switch (kind.parser().apply(text)) {
            case Valid<T>(T value) -> throw new AssertionError(text + " was read as " + value);
            case Invalid<T>(String why) -> why;
        };
    }
}
