package dev.elastigres.daemon.settings;

import dev.elastigres.daemon.settings.Settings.EffectiveValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Combines all sources: selects the value of each setting by precedence, and collects all
/// problems.
final class SettingResolver {
    private static final Pattern SERVICE_LINK =
            Pattern.compile("_SERVICE_(HOST|PORT(_.+)?)$|_PORT_\\d+_(TCP|UDP|SCTP)(_[A-Z]+)?$");

    private final SettingTable table;
    private final List<String> problems;
    private final Set<Setting<?>> broken = new HashSet<>();

    SettingResolver(SettingTable table, List<String> problems) {
        this.table = table;
        this.problems = problems;
    }

    /// Resolves the settings. An invalid value is replaced by the next source's or the default, and
    /// reported as a problem.
    Settings resolve(Map<Setting<?>, RawValue> flags, Map<String, String> environment) {
        Map<Setting<?>, RawValue> variables = variables(environment);
        RawValue config =
                flags.getOrDefault(SettingTable.CONFIG, variables.get(SettingTable.CONFIG));
        TomlReader.TomlContent file =
                config == null
                        ? new TomlReader.TomlContent(Map.of(), new LinkedHashMap<>())
                        : new TomlReader(table, problems).read(config);

        var values = new HashMap<Setting<?>, EffectiveValue<?>>();
        for (Setting<?> setting : table.all()) {
            var given = new ArrayList<RawValue>();
            for (var source : List.of(flags, variables, file.settings())) {
                RawValue raw = source.get(setting);
                if (raw != null) given.add(raw);
            }
            values.put(setting, effective(setting, given));
        }
        var settings = new Settings(values, sections(file.sections(), values));
        checkRules(settings, values.keySet());
        return settings;
    }

    /// Returns `base` with settings of a section replaced.
    Settings override(Settings base, Map<String, String> given) {
        List<Setting<?>> among =
                table.sections().map(SettingTable.SettingSections::settings).orElse(List.of());
        var values = new HashMap<>(base.values());
        var changed = new HashSet<Setting<?>>();
        new TreeMap<>(given)
                .forEach(
                        (name, text) -> {
                            Optional<Setting<?>> setting = SettingTable.named(name, among);
                            if (setting.isEmpty()) {
                                problems.add(TomlReader.unknown(name, among));
                                return;
                            }
                            var raw = new RawValue(text, new SettingOrigin.Flag(name));
                            values.put(setting.get(), effective(setting.get(), List.of(raw)));
                            changed.add(setting.get());
                        });
        var settings = new Settings(values, new LinkedHashMap<>());
        checkRules(settings, changed);
        return settings;
    }

    private SequencedMap<String, Settings> sections(
            SequencedMap<String, Map<Setting<?>, RawValue>> file,
            Map<Setting<?>, EffectiveValue<?>> values) {
        var sections = new LinkedHashMap<String, Settings>();
        Set<Setting<?>> brokenForAll = Set.copyOf(broken);
        file.forEach(
                (name, given) -> {
                    var own = new HashMap<>(values);
                    given.forEach(
                            (setting, raw) -> own.put(setting, effective(setting, List.of(raw))));
                    var settings = new Settings(own, new LinkedHashMap<>());
                    checkRules(settings, given.keySet());
                    sections.put(name, settings);
                    broken.retainAll(brokenForAll);
                });
        return sections;
    }

    private Map<Setting<?>, RawValue> variables(Map<String, String> environment) {
        var byVariable = new HashMap<String, Setting<?>>();
        for (Setting<?> setting : table.settableByVariable())
            byVariable.put(setting.variable(), setting);
        var found = new HashMap<Setting<?>, RawValue>();
        // Sorted, so that problems are reported in a stable order.
        new TreeMap<>(environment)
                .forEach(
                        (name, value) -> {
                            Setting<?> setting = byVariable.get(name);
                            if (setting == null) {
                                if (isOurs(name, value)) problems.add(unknown(name));
                            } else if (!value.isEmpty())
                                found.put(
                                        setting,
                                        new RawValue(value, new SettingOrigin.Variable(name)));
                        });
        return found;
    }

    private boolean isOurs(String name, String value) {
        return name.startsWith(Setting.VARIABLE_PREFIX)
                && !table.isForeign(name)
                && !isServiceLink(name, value);
    }

    /// Returns whether the variable is one that Kubernetes sets in each container for a service of
    /// its namespace. For a service called `elastigres-agent`, its name begins with this program's
    /// prefix.
    private static boolean isServiceLink(String name, String value) {
        return SERVICE_LINK.matcher(name).find()
                || (name.endsWith("_PORT") && value.contains("://"));
    }

    private String unknown(String variable) {
        List<Setting<?>> settings = table.settableByVariable();
        return "unknown variable %s: %s"
                .formatted(
                        QuotedText.plain(variable),
                        DidYouMean.closest(
                                        variable.substring(Setting.VARIABLE_PREFIX.length()),
                                        settings.stream().map(Setting::name).toList())
                                .flatMap(close -> SettingTable.named(close, settings))
                                .map(setting -> "did you mean " + setting.variable() + "?")
                                .orElse("unset it, or see --help"));
    }

    /// Returns the value with the highest precedence. The others are validated too, because they
    /// would take effect without it.
    private <T> EffectiveValue<T> effective(Setting<T> setting, List<RawValue> given) {
        Optional<EffectiveValue<T>> strongest = Optional.empty();
        for (RawValue raw : given) {
            ParseResult<T> parsed = parsed(setting, raw.text());
            if (parsed instanceof ParseResult.Invalid<T>(String why)) {
                broken.add(setting);
                problems.add(
                        "%s: %s %s"
                                .formatted(
                                        raw.origin().locate(setting),
                                        shown(setting, raw.text()),
                                        why));
            } else if (parsed instanceof ParseResult.Valid<T>(T value) && strongest.isEmpty())
                strongest = Optional.of(new EffectiveValue<>(value, raw.origin()));
        }
        return strongest.orElseGet(() -> byDefault(setting));
    }

    /// Parses a value. Only secret settings may contain a connection string, because other values
    /// are logged and shown by `--print-config`.
    private static <T> ParseResult<T> parsed(Setting<T> setting, String text) {
        return !setting.isSecret() && ConnectionText.isIn(text)
                ? new ParseResult.Invalid<>("is a connection string, which does not belong here")
                : setting.kind().parser().apply(text);
    }

    private static String shown(Setting<?> setting, String text) {
        return setting.isSecret() || ConnectionText.mayBeIn(text)
                ? "the value"
                : QuotedText.text(text);
    }

    private static <T> EffectiveValue<T> byDefault(Setting<T> setting) {
        if (setting.fallback().isEmpty())
            return new EffectiveValue<>(null, new SettingOrigin.Nowhere());
        ParseResult<T> parsed = setting.kind().parser().apply(setting.fallback().get());
        if (parsed instanceof ParseResult.Valid<T>(T value))
            return new EffectiveValue<>(value, new SettingOrigin.Default());
        throw new IllegalStateException("the default of " + setting + " is none");
    }

    /// Checks the rules between settings.
    ///
    /// @param changed only rules about one of these settings are checked
    private void checkRules(Settings settings, Set<Setting<?>> changed) {
        for (SettingTable.SettingConstraint rule : table.rules()) {
            if (rule.settings().stream().anyMatch(broken::contains)) continue;
            if (rule.settings().stream().noneMatch(changed::contains)) continue;
            try {
                rule.check().accept(settings);
            } catch (IllegalArgumentException e) {
                String where =
                        rule.settings().stream()
                                .map(setting -> settings.origin(setting).locate(setting))
                                .collect(Collectors.joining(", "));
                problems.add(where + ": " + Objects.toString(e.getMessage(), "are incompatible"));
            }
        }
    }
}
