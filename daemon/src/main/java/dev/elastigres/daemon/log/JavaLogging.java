package dev.elastigres.daemon.log;

import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Brings what libraries say through `java.util.logging` into a [Log], from warnings on.
public final class JavaLogging {
    private JavaLogging() {}

    /// From now on, and instead of whatever was set up before.
    public static void redirectTo(Log log) {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(java.util.logging.Level.WARNING);
        root.addHandler(new LogForwarder(log));
    }

    /// A record's message and nothing else. The JDK's own formatter looks for more loggers in all
    /// jars first.
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
            // Each line is written at once.
        }

        @Override
        public void close() {
            // The stream is the process's.
        }
    }
}
