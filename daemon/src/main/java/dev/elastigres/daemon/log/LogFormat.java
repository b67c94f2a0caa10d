package dev.elastigres.daemon.log;

/// How lines look.
public enum LogFormat {
    /// [#TEXT] when stderr is a terminal, else [#JSON].
    AUTO,
    TEXT,
    JSON
}
