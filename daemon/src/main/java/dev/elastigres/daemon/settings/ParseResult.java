package dev.elastigres.daemon.settings;

/// Result of parsing a value of some [SettingType].
public sealed interface ParseResult<T> {

    record Valid<T>(T value) implements ParseResult<T> {}

    /// The text is invalid.
    ///
    /// @param why continues a sentence that begins with the text, and says what would be valid: `is
    ///     not a port: give a number up to 65535`. Does not repeat the text, which may be secret
    record Invalid<T>(String why) implements ParseResult<T> {}
}
