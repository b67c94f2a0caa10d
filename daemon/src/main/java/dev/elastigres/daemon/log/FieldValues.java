package dev.elastigres.daemon.log;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Formats field values as text.
final class FieldValues {
    /// Maximum characters of one value, because lines are read by people, and a peer may choose the
    /// value.
    private static final int MAX_LENGTH = 2000;

    private FieldValues() {}

    /// Returns at most [#MAX_LENGTH] characters; for a longer text its beginning and its length.
    static String text(@Nullable Object value) {
        String whole = whole(value);
        if (whole.length() <= MAX_LENGTH) return whole;
        // Not inside a surrogate pair.
        int end = Character.isHighSurrogate(whole.charAt(MAX_LENGTH - 1)) ? 1 : 0;
        return whole.substring(0, MAX_LENGTH - end)
                + "... ("
                + whole.length()
                + " characters in all)";
    }

    /// Returns the whole text. A value whose `toString` fails must not lose the line.
    private static String whole(@Nullable Object value) {
        try {
            // Not a switch, which would load a class before the first line.
            if (value instanceof Throwable failure) return CauseChain.chain(failure);
            if (value instanceof Duration time) return time(time);
            return value == null ? "null" : String.valueOf(value.toString());
        } catch (RuntimeException e) {
            return "a value whose text fails with " + e.getClass().getName();
        }
    }

    /// Formats a duration: `250ms`, `4s`, `1.5s`.
    private static String time(Duration time) {
        long millis = time.toMillis();
        if (Math.abs(millis) < 1000) return millis + "ms";
        String seconds = Double.toString(Math.round(millis / 100.0) / 10.0);
        return (seconds.endsWith(".0") ? seconds.substring(0, seconds.length() - 2) : seconds)
                + "s";
    }
}
