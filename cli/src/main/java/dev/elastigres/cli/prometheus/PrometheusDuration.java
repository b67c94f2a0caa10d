package dev.elastigres.cli.prometheus;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as in queries of Prometheus: `7d`, `1h30m`, `15s`.
public final class PrometheusDuration {
    private static final Pattern WHOLE = Pattern.compile("(\\d{1,9}[wdhms])+");
    private static final Pattern PART = Pattern.compile("(\\d+)([wdhms])");
    private static final long[] SECONDS = {604_800, 86_400, 3600, 60, 1};
    private static final String UNITS = "wdhms";

    private PrometheusDuration() {}

    /// Returns the duration, or empty if `text` is none.
    public static Optional<Duration> parse(String text) {
        if (!WHOLE.matcher(text).matches()) return Optional.empty();
        long seconds = 0;
        Matcher part = PART.matcher(text);
        while (part.find())
            seconds += Long.parseLong(part.group(1)) * SECONDS[UNITS.indexOf(part.group(2))];
        return Optional.of(Duration.ofSeconds(seconds));
    }

    /// Returns the duration in whole seconds, without weeks: `6d23h`, `90s` as `1m30s`.
    public static String text(Duration duration) {
        long left = duration.toSeconds();
        if (left == 0) return "0s";
        var text = new StringBuilder();
        for (int i = 1; i < SECONDS.length; i++) {
            if (left >= SECONDS[i]) text.append(left / SECONDS[i]).append(UNITS.charAt(i));
            left %= SECONDS[i];
        }
        return text.toString();
    }
}
