package dev.elastigres.daemon.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimestampsTest {
    private static final long CENTURY_SECONDS = 100L * 366 * 86_400;

    @Test
    void timestampsEqualThoseOfTheLibrary() {
        ZoneId zone = ZoneId.of("Asia/Kathmandu");
        var ofDay = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(zone);
        var utc = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
        var random = new Random(3);
        for (int i = 0; i < 10_000; i++) {
            long second = random.nextLong(-CENTURY_SECONDS, 2 * CENTURY_SECONDS);
            var time = Instant.ofEpochSecond(second, random.nextInt(1_000_000_000));
            assertThat(Timestamps.ofDay(time, zone)).isEqualTo(ofDay.format(time));
            assertThat(Timestamps.utc(time)).isEqualTo(utc.format(time));
        }
    }
}
