package dev.elastigres.daemon.log;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Field values as text.
final class Values {
    private Values() {}

    /// A value that cannot say what it is must not take the line down.
    static String text(@Nullable Object value) {
        try {
            // No switch: the first line would wait for the class behind one.
            if (value instanceof Throwable failure) return Causes.chain(failure);
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
