package dev.elastigres.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyedNumbersTest {
    private static final byte[] ACTIVE_ANON = KeyedNumbers.key("active_anon");

    @Test
    void findsTheWholeKeyOnly() {
        String stat = "anon 1\ninactive_anon 2\nactive_anon_thp 3\nactive_anon 4\nfile 5\n";
        assertThat(find(stat)).isEqualTo(4);
    }

    @Test
    void readsUnitsAndPadding() {
        assertThat(
                        KeyedNumbers.find(
                                text("MemTotal:       2038312 kB\n"),
                                KeyedNumbers.key("MemTotal:")))
                .isEqualTo(2038312);
        assertThat(
                        KeyedNumbers.find(
                                text("Name:\tx\nRssAnon:\t  128 kB\n"),
                                KeyedNumbers.key("RssAnon:")))
                .isEqualTo(128);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = '|',
            value = {
                "active_anon 12", // no end of line: maybe half of 123456
                "active_anon",
                "active_anon ",
                "active_anon x\\n",
                "active_anon -5\\n",
                "active_anon 5x\\n",
                "active_anon 99999999999999999999\\n",
                "inactive_anon 5\\n",
                "\\n\\n\\n"
            })
    void doesNotGuess(String lines) {
        assertThat(find(lines.replace("\\n", "\n"))).isNegative();
    }

    @Test
    void survivesAnything() {
        var random = new Random(3);
        byte[] bytes = new byte[200];
        byte[] alphabet = "active_anon 0123456789\n\t kB:".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 20_000; i++) {
            for (int j = 0; j < bytes.length; j++)
                bytes[j] = alphabet[random.nextInt(alphabet.length)];
            var buffer = ByteBuffer.wrap(bytes).limit(random.nextInt(bytes.length));
            assertThat(KeyedNumbers.find(buffer, ACTIVE_ANON))
                    .isGreaterThanOrEqualTo(KeyedNumbers.ABSENT);
        }
    }

    private static long find(String lines) {
        return KeyedNumbers.find(text(lines), ACTIVE_ANON);
    }

    private static ByteBuffer text(String lines) {
        return ByteBuffer.wrap(lines.getBytes(StandardCharsets.US_ASCII));
    }
}
