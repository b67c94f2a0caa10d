package dev.elastigres.daemon.settings;

/// The source of a value. In order of precedence, highest first.
public sealed interface SettingOrigin {

    /// A flag.
    ///
    /// @param flag the flag as given: `--addr` or `-a`
    record Flag(String flag) implements SettingOrigin {}

    /// An environment variable.
    record Variable(String name) implements SettingOrigin {}

    /// A line of the configuration file.
    ///
    /// @param file path of the file
    /// @param line number of the line
    record File(String file, int line) implements SettingOrigin {}

    /// The default.
    record Default() implements SettingOrigin {}

    /// There is no value.
    record Nowhere() implements SettingOrigin {}

    /// Returns a description for the list of effective values.
    default String describe() {
        return switch (this) {
            case Flag(String flag) -> "flag " + flag;
            case Variable(String name) -> name;
            case File(String file, int line) -> QuotedText.plain(file) + ":" + line;
            case Default() -> "default";
            case Nowhere() -> "not set";
        };
    }

    /// Returns the location of the value, to begin a message about `setting`.
    ///
    /// @param setting the setting
    default String locate(Setting<?> setting) {
        return switch (this) {
            case Flag(String flag) -> flag;
            case Variable(String name) -> name;
            case File _ -> describe() + ": " + setting.name();
            case Default() -> setting.longFlag() + " (default)";
            case Nowhere() -> setting.longFlag();
        };
    }
}
