package dev.elastigres.daemon.settings;

/// The effective value of a setting as text, for people.
///
/// @param name name of the setting
/// @param value its value, without secrets; empty if there is none
/// @param source where the value comes from
public record EffectiveSetting(String name, String value, String source) {
    static <T> EffectiveSetting of(Setting<T> setting, Settings settings) {
        String value =
                settings.find(setting)
                        .map(it -> setting.redacted(setting.kind().printer().apply(it)))
                        .orElse("");
        return new EffectiveSetting(setting.name(), value, settings.origin(setting).describe());
    }
}
