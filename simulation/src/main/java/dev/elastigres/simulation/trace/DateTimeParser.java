package dev.elastigres.simulation.trace;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Parses date-times in the forms that monitoring systems export.
final class DateTimeParser {
    private static final Pattern UNIX_SECONDS = Pattern.compile("\\d{10}(\\.\\d+)?");
    private static final Pattern UNIX_MILLISECONDS = Pattern.compile("\\d{13}");
    private static final Pattern DATE = Pattern.compile("\\d{4}[-/]\\d{2}[-/]\\d{2}[T ].*");

    private DateTimeParser() {}

    /// Returns the Unix time in seconds of `2026-11-29T08:00:00Z`, `2026/11/29 08:00:00` and the
    /// like. A text without an offset is in UTC.
    static OptionalLong dateTime(String text) {
        if (!DATE.matcher(text).matches()) return OptionalLong.empty();
        String iso =
                text.replace('/', '-').replace(" UTC", "Z").replaceFirst(" ", "T").replace(" ", "");
        try {
            return OptionalLong.of(
                    iso.endsWith("Z") || iso.indexOf('+') > 0 || iso.lastIndexOf('-') > 7
                            ? OffsetDateTime.parse(iso).toEpochSecond()
                            : LocalDateTime.parse(iso).toEpochSecond(ZoneOffset.UTC));
        } catch (DateTimeException _) {
            return OptionalLong.empty();
        }
    }

    /// Returns the Unix time in seconds of a date-time, or of a Unix time in seconds or
    /// milliseconds.
    static OptionalLong timestamp(String text) {
        if (UNIX_SECONDS.matcher(text).matches())
            return OptionalLong.of(Long.parseLong(text.substring(0, 10)));
        if (UNIX_MILLISECONDS.matcher(text).matches())
            return OptionalLong.of(Long.parseLong(text) / 1000);
        return dateTime(text);
    }
}
