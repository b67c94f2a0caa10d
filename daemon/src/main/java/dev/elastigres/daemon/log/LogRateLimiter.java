package dev.elastigres.daemon.log;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Limits repeated log lines. A line of a key is written if it differs from the key's previous
/// line, and otherwise at most once a minute, with the number of suppressed lines in the field
/// `suppressed`. Lines differ if level, message or an exception's chain of causes does; other
/// fields, such as numbers, may vary. Alternating lines are limited too, to 10 a minute.
/// Thread-safe.
public final class LogRateLimiter {
    private static final Duration PERIOD = Duration.ofMinutes(1);
    private static final int CHANGES_IN_PERIOD = 10;
    private static final int MAX_KEYS = 256;

    private final Log log;
    private final Supplier<Moment> clock;

    /// The most recently used keys. Forgetting one costs an additional line.
    private final SequencedMap<String, RateLimitEntry> matters =
            new LinkedHashMap<>(16, 0.75f, true);

    public LogRateLimiter(Log log, Supplier<Moment> clock) {
        this.log = log;
        this.clock = clock;
    }

    /// State of one key.
    private static final class RateLimitEntry {
        private String said = "";
        private Moment periodStart;
        private int writtenInPeriod;
        private long suppressed;

        RateLimitEntry(Moment now) {
            periodStart = now;
        }

        /// Returns whether `what` is to be written.
        boolean takes(String what, Moment now) {
            boolean changed = !what.equals(said);
            said = what;
            boolean newPeriod = now.since(periodStart).compareTo(PERIOD) >= 0;
            if (newPeriod || (changed && writtenInPeriod < CHANGES_IN_PERIOD)) {
                if (newPeriod) {
                    periodStart = now;
                    writtenInPeriod = 0;
                }
                writtenInPeriod++;
                return true;
            }
            suppressed++;
            return false;
        }
    }

    /// Like [Log#write], limited for `key`.
    ///
    /// @param key what the line is about
    /// @param level severity
    /// @param message what happened
    /// @param fields alternating keys and values
    public void write(String key, LogLevel level, String message, @Nullable Object... fields) {
        long suppressed;
        synchronized (this) {
            Moment now = clock.get();
            RateLimitEntry matter = matters.computeIfAbsent(key, _ -> new RateLimitEntry(now));
            if (matters.size() > MAX_KEYS) matters.pollFirstEntry();
            if (!matter.takes(identity(level, message, fields), now)) return;
            suppressed = matter.suppressed;
            matter.suppressed = 0;
        }
        if (suppressed == 0) {
            log.write(level, message, fields);
            return;
        }
        @Nullable Object[] more = Arrays.copyOf(fields, fields.length + 2);
        more[fields.length] = "suppressed";
        more[fields.length + 1] = suppressed;
        log.write(level, message, more);
    }

    private static String identity(LogLevel level, String message, @Nullable Object[] fields) {
        var identity = new StringBuilder().append(level).append(' ').append(message);
        for (Object field : fields)
            if (field instanceof Throwable failure)
                identity.append('\n').append(CauseChain.chain(failure));
        return identity.toString();
    }
}
