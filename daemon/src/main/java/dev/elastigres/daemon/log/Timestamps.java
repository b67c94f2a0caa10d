package dev.elastigres.daemon.log;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;

/// Formats times of log lines, with milliseconds. Hand-written, because the JDK's formatters,
/// including [Instant#toString], take longer to load than the rest of a first line, and a daemon's
/// first lines are part of its start. They also take more memory.
public final class Timestamps {
    private static final int NANOS_PER_MILLI = 1_000_000;

    private Timestamps() {}

    /// Returns the time of day: `16:43:18.005`.
    static String ofDay(Instant time, ZoneId zone) {
        var text = new StringBuilder(12);
        ofDay(at(time, zone.getRules().getOffset(time)), text);
        return text.toString();
    }

    /// Returns the time in RFC 3339 format, in UTC: `2026-03-04T05:06:07.080Z`.
    ///
    /// @param time the time
    public static String utc(Instant time) {
        LocalDateTime at = at(time, ZoneOffset.UTC);
        var text = new StringBuilder(24);
        digits(4, at.getYear(), text);
        digits(2, at.getMonthValue(), text.append('-'));
        digits(2, at.getDayOfMonth(), text.append('-'));
        ofDay(at, text.append('T'));
        return text.append('Z').toString();
    }

    private static LocalDateTime at(Instant time, ZoneOffset offset) {
        return LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), offset);
    }

    private static void ofDay(LocalDateTime at, StringBuilder text) {
        digits(2, at.getHour(), text);
        digits(2, at.getMinute(), text.append(':'));
        digits(2, at.getSecond(), text.append(':'));
        digits(3, at.getNano() / NANOS_PER_MILLI, text.append('.'));
    }

    private static void digits(int width, int number, StringBuilder text) {
        String digits = Integer.toString(number);
        for (int missing = width - digits.length(); missing > 0; missing--) text.append('0');
        text.append(digits);
    }
}
