package dev.elastigres.daemon.settings;

/// The documentation of a setting.
///
/// @param heading heading of its group in the help
/// @param name name of the setting
/// @param values possible values: a placeholder such as `TIME`, or a choice such as `on|off`
/// @param fallback the default as users would write it; empty if there is none
/// @param meaning what it means, without a full stop
/// @param advice how to choose the value and what follows from it; empty if there is none
public record DocumentedSetting(
        String heading,
        String name,
        String values,
        String fallback,
        String meaning,
        String advice) {
    static DocumentedSetting of(String heading, Setting<?> setting) {
        return new DocumentedSetting(
                heading,
                setting.name(),
                setting.kind().isSwitch() ? "true|false" : setting.placeholder(),
                setting.fallback().map(setting::redacted).orElse(""),
                setting.doc(),
                setting.advice());
    }
}
