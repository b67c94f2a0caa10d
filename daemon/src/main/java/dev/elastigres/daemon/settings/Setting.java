package dev.elastigres.daemon.settings;

import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A setting of a daemon, with one name in all sources: `path.procfs` is the flag `--path.procfs`,
/// the variable `ELASTIGRES_PATH_PROCFS` and the TOML key `path.procfs`. Immutable. The instance is
/// the key to its value, so make it a constant.
public final class Setting<T> {
    static final String VARIABLE_PREFIX = "ELASTIGRES_";

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9]*([.-][a-z0-9]+)*");

    private final String name;
    private final String variable;
    private final SettingType<T> kind;
    private final String doc;
    private final String advice;
    private final @Nullable Character shortFlag;
    private final @Nullable String fallback;
    private final String placeholder;
    private final @Nullable UnaryOperator<String> redactor;

    private Setting(
            String name,
            String variable,
            SettingType<T> kind,
            String doc,
            String advice,
            @Nullable Character shortFlag,
            @Nullable String fallback,
            String placeholder,
            @Nullable UnaryOperator<String> redactor) {
        this.name = name;
        this.variable = variable;
        this.kind = kind;
        this.doc = doc;
        this.advice = advice;
        this.shortFlag = shortFlag;
        this.fallback = fallback;
        this.placeholder = placeholder;
        this.redactor = redactor;
    }

    /// Returns a setting without a default, except that a switch is off by default.
    ///
    /// @param name name of the setting
    /// @param kind type of its values
    /// @param doc what it means, for the help: one sentence or noun phrase that is complete without
    ///     the heading and the neighbours, with a capital letter and without a full stop
    public static <T> Setting<T> of(String name, SettingType<T> kind, String doc) {
        if (!NAME.matcher(name).matches())
            throw new IllegalArgumentException("not a name for a setting: " + name);
        String fallback = kind.isSwitch() ? "false" : null;
        String variable =
                VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
        return new Setting<>(
                name, variable, kind, doc, "", null, fallback, kind.placeholder(), null);
    }

    /// Returns this setting with advice on its value, for `--help=all` and the settings pages.
    ///
    /// @param text how to choose the value and what follows from it, or what a path or address must
    ///     point to and what happens without it: one to three sentences with units
    public Setting<T> advice(String text) {
        return new Setting<>(
                name, variable, kind, doc, text, shortFlag, fallback, placeholder, redactor);
    }

    /// Returns this setting with a short flag: `-a`.
    ///
    /// @param letter the flag's letter
    public Setting<T> flag(char letter) {
        return new Setting<>(
                name, variable, kind, doc, advice, letter, fallback, placeholder, redactor);
    }

    /// Returns this setting with a default. Without a default, the setting may be absent.
    ///
    /// @param text the default, as users would write it
    public Setting<T> or(String text) {
        if (kind.parser().apply(text) instanceof ParseResult.Invalid(String why))
            throw new IllegalArgumentException("the default of " + name + " " + why);
        return new Setting<>(
                name, variable, kind, doc, advice, shortFlag, text, placeholder, redactor);
    }

    /// Returns this setting with another placeholder for its value in the help.
    ///
    /// @param text the placeholder
    public Setting<T> placeholder(String text) {
        return new Setting<>(
                name, variable, kind, doc, advice, shortFlag, fallback, text, redactor);
    }

    /// Returns this setting as a secret, whose value is only shown as redacted.
    ///
    /// @param redactor returns the text to show for a value
    public Setting<T> secret(UnaryOperator<String> redactor) {
        return new Setting<>(
                name, variable, kind, doc, advice, shortFlag, fallback, placeholder, redactor);
    }

    public String name() {
        return name;
    }

    SettingType<T> kind() {
        return kind;
    }

    String doc() {
        return doc;
    }

    /// Returns the advice on the value; empty if there is none.
    String advice() {
        return advice;
    }

    Optional<Character> shortFlag() {
        return Optional.ofNullable(shortFlag);
    }

    Optional<String> fallback() {
        return Optional.ofNullable(fallback);
    }

    String placeholder() {
        return placeholder;
    }

    boolean isSecret() {
        return redactor != null;
    }

    /// Returns `text` as it may be shown.
    String redacted(String text) {
        return redactor == null ? text : redactor.apply(text);
    }

    String longFlag() {
        return "--" + name;
    }

    String variable() {
        return variable;
    }

    @Override
    public String toString() {
        return name;
    }
}
