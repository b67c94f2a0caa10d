package dev.elastigres.daemon.settings;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The effective values of all settings of a [SettingTable]. Immutable.
public final class Settings {
    private final Map<Setting<?>, EffectiveValue<?>> values;
    private final SequencedMap<String, Settings> sections;

    /// A value and its source.
    ///
    /// @param value the value; null if there is none
    /// @param origin its source
    record EffectiveValue<T>(@Nullable T value, SettingOrigin origin) {}

    /// Creates the values. Each key must be the setting of its value.
    Settings(Map<Setting<?>, EffectiveValue<?>> values, SequencedMap<String, Settings> sections) {
        this.values = Map.copyOf(values);
        this.sections = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(sections));
    }

    Map<Setting<?>, EffectiveValue<?>> values() {
        return values;
    }

    /// Returns the settings of each section, in the file's order: all settings, with those of the
    /// section in place of the general ones.
    public SequencedMap<String, Settings> sections() {
        return sections;
    }

    /// Returns the names of settings whose values differ in `later`. Sections are not compared.
    ///
    /// @param later a later reading of the same table
    public SortedSet<String> changes(Settings later) {
        var names = new TreeSet<String>();
        for (Setting<?> setting : values.keySet())
            if (!find(setting).equals(later.find(setting))) names.add(setting.name());
        return names;
    }

    /// Returns the value of a setting that has a default.
    ///
    /// @param setting the setting
    public <T> T get(Setting<T> setting) {
        return find(setting)
                .orElseThrow(() -> new IllegalStateException(setting + " may be absent"));
    }

    /// Returns the value of a setting that may be absent.
    ///
    /// @param setting the setting
    public <T> Optional<T> find(Setting<T> setting) {
        return Optional.ofNullable(effective(setting).value);
    }

    /// Returns the configuration file that was read, if any.
    public Optional<Path> file() {
        return find(SettingTable.CONFIG);
    }

    /// Returns whether the value differs from the default, or is present without a default.
    ///
    /// @param setting the setting
    public boolean isChanged(Setting<?> setting) {
        Optional<?> unsaid =
                setting.fallback()
                        .flatMap(
                                text ->
                                        setting.kind().parser().apply(text)
                                                        instanceof ParseResult.Valid<?>(var value)
                                                ? Optional.of(value)
                                                : Optional.empty());
        return !find(setting).equals(unsaid);
    }

    /// Returns the effective values of `shown` as text, in their order.
    ///
    /// @param shown settings of the table
    public List<EffectiveSetting> describe(List<Setting<?>> shown) {
        return shown.stream().<EffectiveSetting>map(it -> EffectiveSetting.of(it, this)).toList();
    }

    public SettingOrigin origin(Setting<?> setting) {
        return effective(setting).origin;
    }

    // Setting and value come in pairs, see the constructor.
    @SuppressWarnings("unchecked")
    <T> EffectiveValue<T> effective(Setting<T> setting) {
        var value = (EffectiveValue<T>) values.get(setting);
        if (value == null) throw new IllegalArgumentException(setting + " is not in the table");
        return value;
    }
}
