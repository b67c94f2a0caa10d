package dev.elastigres.daemon.settings;

/// What a text means as a value of some [SettingType].
public sealed interface ParseResult<T> {

    record Valid<T>(T value) implements ParseResult<T> {}

    /// `why` continues a sentence that begins with the text, and says what would be right: `is not
    /// a port: give a number up to 65535`. It does not repeat the text, which may be secret.
    record Invalid<T>(String why) implements ParseResult<T> {}
}
