package dev.elastigres.daemon.log;

/// Format of log lines.
public enum LogFormat {
    /// [#TEXT] when stderr is a terminal, else [#JSON].
    AUTO,
    TEXT,
    JSON
}
