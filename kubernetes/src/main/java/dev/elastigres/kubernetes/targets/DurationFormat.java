package dev.elastigres.kubernetes.targets;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parses durations in API objects: a whole number and a unit.
final class DurationFormat {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,7})(ms|s|m|h)");

    private DurationFormat() {}

    /// @throws IllegalArgumentException if the text has another format
    static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches())
            throw new IllegalArgumentException(
                    "must be a whole number with its unit, like 100ms, 5s, 1m or 1h");
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
    }
}
