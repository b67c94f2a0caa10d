package dev.elastigres.daemon.log;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Field values as text.
final class FieldValues {
    /// Characters of one value. A line is for people, and what is in it may be a peer's to choose.
    private static final int MAX_LENGTH = 2000;

    private FieldValues() {}

    /// At most [#MAX_LENGTH] characters; of a longer text the beginning, and its length.
    static String text(@Nullable Object value) {
        String whole = whole(value);
        if (whole.length() <= MAX_LENGTH) return whole;
        // Not between the halves of a character.
        int end = Character.isHighSurrogate(whole.charAt(MAX_LENGTH - 1)) ? 1 : 0;
        return whole.substring(0, MAX_LENGTH - end)
                + "... ("
                + whole.length()
                + " characters in all)";
    }

    /// A value that cannot say what it is must not take the line down.
    private static String whole(@Nullable Object value) {
        try {
            // No switch: the first line would wait for the class behind one.
            if (value instanceof Throwable failure) return CauseChain.chain(failure);
            if (value instanceof Duration time) return time(time);
            return value == null ? "null" : String.valueOf(value.toString());
        } catch (RuntimeException e) {
            return "a value whose text fails with " + e.getClass().getName();
        }
    }

    /// `250ms`, `4s`, `1.5s`.
    private static String time(Duration time) {
        long millis = time.toMillis();
        if (Math.abs(millis) < 1000) return millis + "ms";
        String seconds = Double.toString(Math.round(millis / 100.0) / 10.0);
        return (seconds.endsWith(".0") ? seconds.substring(0, seconds.length() - 2) : seconds)
                + "s";
    }
}
