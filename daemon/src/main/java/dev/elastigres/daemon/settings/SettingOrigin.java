package dev.elastigres.daemon.settings;

/// Where a value came from. The weaker come later.
public sealed interface SettingOrigin {

    /// A flag, as it was given: `--addr` or `-a`.
    record Flag(String flag) implements SettingOrigin {}

    /// An environment variable.
    record Variable(String name) implements SettingOrigin {}

    /// A line of the configuration file.
    record File(String file, int line) implements SettingOrigin {}

    /// The table.
    record Default() implements SettingOrigin {}

    /// There is no value.
    record Nowhere() implements SettingOrigin {}

    /// For the list of effective values.
    default String describe() {
        return switch (this) {
            case Flag(String flag) -> "flag " + flag;
            case Variable(String name) -> name;
            case File(String file, int line) -> QuotedText.plain(file) + ":" + line;
            case Default() -> "default";
            case Nowhere() -> "not set";
        };
    }

    /// Where to look, to begin a line about the value of `setting`.
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
