package dev.elastigres.daemon.log;

/// Severity of a log line, lowest first.
public enum LogLevel {
    DEBUG,
    INFO,
    WARN,
    /// Requires attention: the daemon cannot do its task, or has a bug.
    ERROR
}
