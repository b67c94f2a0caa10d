package dev.elastigres.daemon.settings;

/// What the user wants of a daemon.
public sealed interface Invocation {

    /// To see `text`.
    record Help(String text) implements Invocation {}

    /// To see the version.
    record Version() implements Invocation {}

    /// To see the effective values: `toml` is a file that says the same.
    record PrintConfig(String toml) implements Invocation {}

    /// That it runs.
    record Run(Settings settings) implements Invocation {}
}
