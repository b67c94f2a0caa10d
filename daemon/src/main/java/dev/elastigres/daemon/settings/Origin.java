package dev.elastigres.daemon.settings;

/// Where a value came from. The weaker come later.
public sealed interface Origin {

    /// A flag, as it was given: `--addr` or `-a`.
    record Flag(String flag) implements Origin {}

    /// An environment variable.
    record Variable(String name) implements Origin {}

    /// A line of the configuration file.
    record File(String file, int line) implements Origin {}

    /// The table.
    record Default() implements Origin {}

    /// There is no value.
    record Nowhere() implements Origin {}

    /// For the list of effective values.
    default String describe() {
        return switch (this) {
            case Flag(String flag) -> "flag " + flag;
            case Variable(String name) -> name;
            case File(String file, int line) -> Quote.plain(file) + ":" + line;
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
