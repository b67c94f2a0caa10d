package dev.elastigres.daemon.settings;

/// What the user wants of a daemon.
public sealed interface Invocation {

    /// To be shown something.
    sealed interface Shown extends Invocation {}

    /// To see `text`.
    record Help(String text) implements Shown {}

    /// To see the version.
    record Version() implements Shown {}

    /// To see the effective values: `toml` is a file that says the same.
    record PrintConfig(String toml) implements Shown {}

    /// That it runs.
    record Run(Settings settings) implements Invocation {}
}
