package dev.elastigres.daemon.settings;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The effective values of all settings of a [SettingTable]. Immutable.
public final class Settings {
    private final Map<Setting<?>, Effective<?>> values;

    /// @param value null when there is none
    record Effective<T>(@Nullable T value, Origin origin) {}

    /// Each key must be the setting of its value.
    Settings(Map<Setting<?>, Effective<?>> values) {
        this.values = Map.copyOf(values);
    }

    /// The value of a setting that has a default.
    public <T> T get(Setting<T> setting) {
        return find(setting)
                .orElseThrow(() -> new IllegalStateException(setting + " may be absent"));
    }

    /// The value of a setting that may be absent.
    public <T> Optional<T> find(Setting<T> setting) {
        return Optional.ofNullable(effective(setting).value);
    }

    public Origin origin(Setting<?> setting) {
        return effective(setting).origin;
    }

    // Setting and value come in pairs, see the constructor.
    @SuppressWarnings("unchecked")
    <T> Effective<T> effective(Setting<T> setting) {
        var value = (Effective<T>) values.get(setting);
        if (value == null) throw new IllegalArgumentException(setting + " is not in the table");
        return value;
    }
}
