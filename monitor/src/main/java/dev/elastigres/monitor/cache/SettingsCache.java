package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.monitor.postgres.PostgresException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Sizes reloadable memory settings of any Postgres, each by its own formula.
final class SettingsCache implements CacheControl {
    private final PostgresConnection connection;
    private final Bytes ceiling;
    private final List<SettingFormula> formulas;
    private final Optional<String> noNeon;
    private Map<String, Bytes> wanted = Map.of();

    /// Values that this connection has written and seen in force. The first values are always
    /// written, so that an obstacle such as a missing privilege shows at once.
    private final Map<String, Bytes> written = new HashMap<>();

    /// The memory whose sizes are in force; empty if none are yet.
    private Optional<Bytes> applied = Optional.empty();

    /// @param noNeon why Neon's file cache is not used; empty if the policy does not allow it
    SettingsCache(
            PostgresConnection connection,
            Bytes ceiling,
            List<SettingFormula> formulas,
            Optional<String> noNeon) {
        this.connection = connection;
        this.ceiling = ceiling;
        this.formulas = formulas;
        this.noNeon = noNeon;
    }

    @Override
    public String policy() {
        return "settings";
    }

    @Override
    public String found() {
        String names = String.join(", ", names());
        return noNeon.map(why -> names + " (" + why + ")").orElse(names);
    }

    @Override
    public boolean holdsMemory() {
        return formulas.stream().anyMatch(SettingFormula::holdsMemory);
    }

    @Override
    public SizingResult apply(Bytes usable) throws PostgresException, InterruptedException {
        Map<String, ServerSetting> settings = ServerSetting.read(connection, names());
        Map<String, Bytes> sizes = sizes(usable, settings);
        wanted = sizes;
        var changed = new LinkedHashMap<>(sizes);
        changed.entrySet().removeIf(entry -> isInForce(entry.getKey(), entry.getValue(), settings));
        Map<String, PostgresException.Refusing> refused = write(changed);
        var now = new LinkedHashMap<>(sizes);
        now.keySet().removeAll(refused.keySet());
        if (!CacheControl.inForce(() -> overridden(now).isEmpty()))
            overridden(now).forEach(refused::put);
        now.keySet().removeAll(refused.keySet());
        written.clear();
        written.putAll(now);
        if (refused.isEmpty()) {
            applied = Optional.of(usable);
            return new SizingResult.InForce(summary(sizes, changed));
        }
        applied = Optional.empty();
        for (SettingFormula formula : formulas) {
            PostgresException.Refusing why = refused.get(formula.name());
            if (why != null && formula.holdsMemory()) throw why;
        }
        return new SizingResult.HintsMissing(refused.values().iterator().next());
    }

    /// Returns true unless a setting that holds memory is to become smaller. The first sizes do not
    /// wait, so that an obstacle shows at once.
    @Override
    public boolean mayWait(Bytes usable) {
        return applied.isPresent()
                && formulas.stream()
                        .filter(SettingFormula::holdsMemory)
                        .noneMatch(it -> it.size(usable).isLessThan(it.size(applied.get())));
    }

    private boolean isInForce(String name, Bytes size, Map<String, ServerSetting> settings) {
        ServerSetting setting = settings.get(name);
        return size.equals(written.get(name))
                && setting != null
                && setting.actual().equals(Optional.of(size));
    }

    private static String summary(Map<String, Bytes> sizes, Map<String, Bytes> changed) {
        var clauses = new ArrayList<String>();
        clause("set ", " to ", sizes, changed::containsKey).ifPresent(clauses::add);
        clause("kept ", " at ", sizes, name -> !changed.containsKey(name)).ifPresent(clauses::add);
        return String.join("; ", clauses);
    }

    private static Optional<String> clause(
            String verb, String at, Map<String, Bytes> sizes, Predicate<String> which) {
        return sizes.entrySet().stream()
                .filter(entry -> which.test(entry.getKey()))
                .map(entry -> entry.getKey() + at + entry.getValue())
                .reduce((one, other) -> one + ", " + other)
                .map(verb::concat);
    }

    /// Returns the value for each setting. Refuses all if one of the settings cannot be sized with
    /// memory.
    private Map<String, Bytes> sizes(Bytes usable, Map<String, ServerSetting> settings)
            throws PostgresException {
        var sizes = new LinkedHashMap<String, Bytes>();
        var objections = new ArrayList<String>();
        for (SettingFormula formula : formulas) {
            ServerSetting setting = settings.get(formula.name());
            if (setting == null) {
                objections.add(formula.name() + " does not exist");
                continue;
            }
            setting.objection().ifPresent(objections::add);
            if (setting.objection().isEmpty())
                sizes.put(formula.name(), setting.fitted(formula.size(usable).min(ceiling)));
        }
        if (!objections.isEmpty())
            throw new PostgresException.Refusing(
                    "cannot manage all settings of "
                            + connection.server()
                            + ": "
                            + String.join("; ", objections));
        return sizes;
    }

    /// Writes all settings, so that a refusal of one does not prevent the others, and then reloads
    /// once if any was written.
    ///
    /// @return the refused settings, and why
    private Map<String, PostgresException.Refusing> write(Map<String, Bytes> sizes)
            throws PostgresException {
        var refused = new LinkedHashMap<String, PostgresException.Refusing>();
        if (sizes.isEmpty()) return refused;
        CacheControl.checkAlterSystem(connection);
        for (var entry : sizes.entrySet()) {
            String value = entry.getValue().value() / 1024 + "kB";
            try {
                connection.execute(
                        "set " + entry.getKey() + " to " + value,
                        "ALTER SYSTEM SET " + quoted(entry.getKey()) + " = '" + value + "'");
            } catch (PostgresException.Refusing e) {
                refused.put(entry.getKey(), e);
            }
        }
        if (refused.size() < sizes.size()) CacheControl.reload(connection);
        return refused;
    }

    /// Quotes a name. Each part of a dotted name is an identifier of its own.
    private static String quoted(String name) {
        return Arrays.stream(name.split("\\.", -1))
                .map(part -> '"' + part.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining("."));
    }

    /// Returns the settings of `sizes` that are not in force, and why.
    private Map<String, PostgresException.Refusing> overridden(Map<String, Bytes> sizes)
            throws PostgresException {
        Map<String, ServerSetting> settings = ServerSetting.read(connection, names());
        var problems = new LinkedHashMap<String, PostgresException.Refusing>();
        sizes.forEach(
                (name, size) -> {
                    ServerSetting setting = settings.get(name);
                    if (setting == null || setting.actual().equals(Optional.of(size))) return;
                    String actual = setting.actual().map(Bytes::toString).orElse("as it is");
                    problems.put(
                            name,
                            new PostgresException.Refusing(
                                    "%s stays %s instead of %s on %s: %s"
                                            .formatted(
                                                    name,
                                                    actual,
                                                    size,
                                                    connection.server(),
                                                    setting.override())));
                });
        return problems;
    }

    @Override
    public List<CacheStatus.CacheSettingStatus> read() throws PostgresException {
        Map<String, ServerSetting> settings = ServerSetting.read(connection, names());
        return formulas.stream()
                .map(
                        formula ->
                                new CacheStatus.CacheSettingStatus(
                                        formula.name(),
                                        Optional.ofNullable(wanted.get(formula.name())),
                                        Optional.ofNullable(settings.get(formula.name()))
                                                .flatMap(ServerSetting::actual)))
                .toList();
    }

    private List<String> names() {
        return formulas.stream().map(SettingFormula::name).toList();
    }
}
