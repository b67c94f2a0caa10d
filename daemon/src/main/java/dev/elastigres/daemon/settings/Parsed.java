package dev.elastigres.daemon.settings;

/// What a text means as a value of some [Kind].
public sealed interface Parsed<T> {

    record Good<T>(T value) implements Parsed<T> {}

    /// `why` continues a sentence that begins with the text, and says what would be right: `is not
    /// a port: give a number up to 65535`. It does not repeat the text, which may be secret.
    record Bad<T>(String why) implements Parsed<T> {}
}
