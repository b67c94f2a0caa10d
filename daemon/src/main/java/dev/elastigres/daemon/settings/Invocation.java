package dev.elastigres.daemon.settings;

/// What a command line requests.
public sealed interface Invocation {

    /// Requests to print something and exit.
    sealed interface ShowText extends Invocation {}

    /// Requests the help.
    ///
    /// @param text the help
    record Help(String text) implements ShowText {}

    /// Requests the version.
    record Version() implements ShowText {}

    /// Requests the effective values.
    ///
    /// @param toml a configuration file with the same meaning
    record PrintConfig(String toml) implements ShowText {}

    /// Requests to run the daemon.
    ///
    /// @param settings the effective values
    record Run(Settings settings) implements Invocation {}
}
