package dev.elastigres.daemon.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Moment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogRateLimiterTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final Clock clock = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);
    private Moment now = new Moment(Long.MAX_VALUE - 5);
    private final LogRateLimiter repeats =
            new LogRateLimiter(Log.to(out, LogFormat.TEXT, LogLevel.INFO, clock), () -> now);

    @Test
    void writesOnChangeAndNotOnRepeat() {
        for (int i = 0; i < 5; i++) say("down");
        for (int i = 0; i < 5; i++) say("up");
        assertThat(lines()).containsExactly("down", "up  suppressed=4");
    }

    @Test
    void remindsOnceAMinuteWithACount() {
        for (int i = 0; i < 125; i++) {
            say("down");
            now = now.plus(Duration.ofSeconds(1));
        }
        assertThat(lines()).containsExactly("down", "down  suppressed=59", "down  suppressed=59");
    }

    @Test
    void anotherLevelOrCauseIsAChangeAndAnotherNumberIsNot() {
        repeats.write("k", LogLevel.WARN, "x", "n", 1, "cause", new IOException("a"));
        repeats.write("k", LogLevel.WARN, "x", "n", 2, "cause", new IOException("a"));
        repeats.write("k", LogLevel.WARN, "x", "n", 3, "cause", new IOException("b"));
        repeats.write("k", LogLevel.ERROR, "x", "n", 4, "cause", new IOException("b"));
        assertThat(lines())
                .containsExactly("x  n=1 cause=a", "x  n=3 cause=b suppressed=1", "x  n=4 cause=b");
    }

    @Test
    void mattersDoNotMix() {
        repeats.write("a", LogLevel.INFO, "one");
        repeats.write("b", LogLevel.INFO, "two");
        repeats.write("a", LogLevel.INFO, "one");
        assertThat(lines()).containsExactly("one", "two");
    }

    @Test
    void flippingIsBounded() {
        for (int i = 0; i < 1000; i++) say(i % 2 == 0 ? "down" : "up");
        assertThat(lines()).hasSize(10);
        now = now.plus(Duration.ofMinutes(1));
        say("up");
        assertThat(lines()).hasSize(11).last().isEqualTo("up  suppressed=990");
    }

    @Test
    void remembersOnlySoManyMatters() {
        for (int i = 0; i < 1000; i++) repeats.write("key " + i, LogLevel.INFO, "m");
        repeats.write("key 999", LogLevel.INFO, "m");
        repeats.write("key 0", LogLevel.INFO, "m");
        assertThat(lines()).hasSize(1001);
    }

    private void say(String message) {
        repeats.write("postgres", LogLevel.WARN, message);
    }

    private List<String> lines() {
        return out.toString(UTF_8).lines().map(line -> line.substring(19)).toList();
    }
}
