package dev.elastigres.daemon.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A structured log that writes each event as one line with a single write. In `log.warn("cannot
/// connect", "attempt", 3, "cause", e)`, the message is constant, and the fields, alternating keys
/// and values, describe this event. An exception is written with its whole chain of causes.
///
/// No method throws, even if the stream fails. Callers do not wait for a slow reader of standard
/// error: lines that it does not accept are dropped and counted. Thread-safe.
public final class Log {
    private final OutputStream out;
    private final LogLayout layout;
    private final LogLevel min;
    private final Clock clock;
    private final Map<String, @Nullable Object> fixed;

    private Log(
            OutputStream out,
            LogLayout layout,
            LogLevel min,
            Clock clock,
            Map<String, @Nullable Object> fixed) {
        this.out = out;
        this.layout = layout;
        this.min = min;
        this.clock = clock;
        this.fixed = fixed;
    }

    /// Returns a log to standard error.
    ///
    /// @param format format of the lines
    /// @param min minimum level of written lines
    /// @param environment environment variables, which describe the terminal
    public static Log toStderr(LogFormat format, LogLevel min, Map<String, String> environment) {
        boolean terminal = TerminalDetection.isStderr();
        LogFormat resolved =
                format != LogFormat.AUTO ? format : terminal ? LogFormat.TEXT : LogFormat.JSON;
        Clock clock = Clock.systemUTC();
        // Only the text format uses local time: loading the time zone takes a considerable part of
        // the start.
        LogLayout layout =
                resolved == LogFormat.JSON
                        ? new JsonLayout()
                        : new TextLayout(
                                ZoneId.systemDefault(),
                                terminal && TerminalDetection.hasColours(environment));
        // Not System.err, which buffers and writes a long line in pieces.
        var stderr =
                new NonBlockingOutput(
                        new FileOutputStream(FileDescriptor.err),
                        count -> leftOut(layout, clock, count));
        return new Log(stderr, layout, min, clock, Map.of());
    }

    private static byte[] leftOut(LogLayout layout, Clock clock, long count) {
        Map<String, @Nullable Object> fields = Map.of("count", count);
        return bytes(
                layout.line(clock.instant(), LogLevel.WARN, "log lines were left out", fields));
    }

    private static byte[] bytes(String line) {
        return (line + "\n").getBytes(UTF_8);
    }

    /// Returns a log to `out`, without colours.
    ///
    /// @param out receives the lines
    /// @param format not [LogFormat#AUTO], which requires a terminal
    /// @param min minimum level of written lines
    /// @param clock time of the lines
    public static Log to(OutputStream out, LogFormat format, LogLevel min, Clock clock) {
        LogLayout layout =
                switch (format) {
                    case JSON -> new JsonLayout();
                    case TEXT -> new TextLayout(clock.getZone(), false);
                    case AUTO -> throw new IllegalArgumentException("no terminal to look at");
                };
        return new Log(out, layout, min, clock, Map.of());
    }

    /// Returns this log with `fields` on every line, before the line's own. A line's own field of
    /// the same name takes precedence.
    ///
    /// @param fields alternating keys and values
    public Log with(@Nullable Object... fields) {
        return new Log(out, layout, min, clock, merged(fields));
    }

    public void debug(String message, @Nullable Object... fields) {
        write(LogLevel.DEBUG, message, fields);
    }

    public void info(String message, @Nullable Object... fields) {
        write(LogLevel.INFO, message, fields);
    }

    public void warn(String message, @Nullable Object... fields) {
        write(LogLevel.WARN, message, fields);
    }

    /// Logs an error. For an unchecked exception among `fields`, which is a bug, the field `at`
    /// gives its location.
    ///
    /// @param message what happened
    /// @param fields alternating keys and values
    public void error(String message, @Nullable Object... fields) {
        write(LogLevel.ERROR, message, fields);
    }

    public boolean isWritten(LogLevel level) {
        return level.compareTo(min) >= 0;
    }

    public void write(LogLevel level, String message, @Nullable Object... fields) {
        if (!isWritten(level)) return;
        Map<String, @Nullable Object> all = merged(fields);
        if (level == LogLevel.ERROR) addPlaceOfBug(all);
        byte[] line = bytes(layout.line(clock.instant(), level, message, all));
        synchronized (out) {
            try {
                out.write(line);
                out.flush();
            } catch (IOException _) {
                // There is no reader any more, and no other place to report this.
            }
        }
    }

    /// Waits until all lines are written, for at most `timeout`. To be called at the end of the
    /// process.
    ///
    /// @param timeout maximum time
    public void drain(Duration timeout) {
        try {
            if (out instanceof NonBlockingOutput patient) patient.drain(timeout);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<String, @Nullable Object> merged(@Nullable Object... fields) {
        var all = new LinkedHashMap<String, @Nullable Object>(fixed);
        for (int i = 0; i < fields.length; i += 2) {
            String key = String.valueOf(fields[i]);
            // A key without a value is a mistake of the caller, but no reason to lose the line.
            all.put(key, i + 1 < fields.length ? fields[i + 1] : "?");
        }
        return all;
    }

    private static void addPlaceOfBug(Map<String, @Nullable Object> fields) {
        for (Object value : fields.values()) {
            if (!(value instanceof Throwable failure)) continue;
            String place = CauseChain.bug(failure).orElse(null);
            if (place == null) continue;
            fields.putIfAbsent("at", place);
            return;
        }
    }
}
