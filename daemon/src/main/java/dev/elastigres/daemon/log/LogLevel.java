package dev.elastigres.daemon.log;

/// How much a line matters, least first.
public enum LogLevel {
    DEBUG,
    INFO,
    WARN,
    /// Somebody should look: what the daemon is for does not work, or the daemon has a bug.
    ERROR
}
