package dev.elastigres.daemon.log;

import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Forwards records of `java.util.logging`, warnings and above, to a [Log].
public final class JavaLogging {
    private JavaLogging() {}

    /// Starts forwarding, and replaces the existing configuration of `java.util.logging`.
    ///
    /// @param log receives the records
    public static void redirectTo(Log log) {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(java.util.logging.Level.WARNING);
        root.addHandler(new LogForwarder(log));
    }

    /// Formats a record's message only. The JDK's own formatter searches all jars for further
    /// loggers first.
    private static final class MessageFormatter extends Formatter {
        @Override
        public String format(LogRecord record) {
            return formatMessage(record);
        }
    }

    private static final class LogForwarder extends Handler {
        private final Log log;
        private final Formatter formatter = new MessageFormatter();

        LogForwarder(Log log) {
            this.log = log;
        }

        @Override
        public void publish(LogRecord record) {
            int weight = record.getLevel().intValue();
            if (weight < java.util.logging.Level.WARNING.intValue()) return;
            boolean severe = weight >= java.util.logging.Level.SEVERE.intValue();
            Log named = log.with("logger", record.getLoggerName());
            if (record.getThrown() != null) named = named.with("cause", record.getThrown());
            named.write(
                    severe ? LogLevel.ERROR : LogLevel.WARN,
                    String.valueOf(formatter.format(record)));
        }

        @Override
        public void flush() {
            // Lines are written immediately.
        }

        @Override
        public void close() {
            // The stream belongs to the process.
        }
    }
}
