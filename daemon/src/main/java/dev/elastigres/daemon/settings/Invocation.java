package dev.elastigres.daemon.settings;

/// What the user wants of a daemon.
public sealed interface Invocation {

    /// To be shown something.
    sealed interface ShowText extends Invocation {}

    /// To see `text`.
    record Help(String text) implements ShowText {}

    /// To see the version.
    record Version() implements ShowText {}

    /// To see the effective values: `toml` is a file that says the same.
    record PrintConfig(String toml) implements ShowText {}

    /// That it runs.
    record Run(Settings settings) implements Invocation {}
}
