package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.monitor.postgres.PostgresException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Reloadable memory settings of any Postgres, each by its own formula.
final class SettingsCache implements CacheControl {
    private final PostgresConnection connection;
    private final Bytes ceiling;
    private final List<SettingFormula> formulas;
    private Map<String, Bytes> wanted = Map.of();

    SettingsCache(PostgresConnection connection, Bytes ceiling, List<SettingFormula> formulas) {
        this.connection = connection;
        this.ceiling = ceiling;
        this.formulas = formulas;
    }

    @Override
    public String policy() {
        return "settings";
    }

    @Override
    public String apply(Bytes usable) throws PostgresException, InterruptedException {
        Map<String, Bytes> sizes = sizes(usable);
        wanted = sizes;
        write(sizes);
        if (!CacheControl.inForce(() -> overridden(sizes).isEmpty())) {
            List<String> problems = overridden(sizes);
            if (!problems.isEmpty())
                throw new PostgresException.Refusing(
                        "settings of " + connection.server() + ": " + String.join("; ", problems));
        }
        return sizes.entrySet().stream()
                .map(entry -> entry.getKey() + " to " + entry.getValue())
                .collect(Collectors.joining(", ", "set ", ""));
    }

    /// What to set, refused as a whole when one of the settings cannot follow memory.
    private Map<String, Bytes> sizes(Bytes usable) throws PostgresException {
        Map<String, ServerSetting> settings = ServerSetting.read(connection, names());
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

    /// Tries all, so that one that is refused does not keep the others; then one reload for those
    /// that were written.
    private void write(Map<String, Bytes> sizes) throws PostgresException {
        PostgresException.Refusing refused = null;
        int written = 0;
        for (var entry : sizes.entrySet()) {
            String value = entry.getValue().value() / 1024 + "kB";
            try {
                connection.execute(
                        "set " + entry.getKey() + " to " + value,
                        "ALTER SYSTEM SET " + quoted(entry.getKey()) + " = '" + value + "'");
                written++;
            } catch (PostgresException.Refusing e) {
                if (refused == null) refused = e;
            }
        }
        if (written > 0) CacheControl.reload(connection);
        if (refused != null) throw refused;
    }

    /// Each part of a dotted name is an identifier of its own.
    private static String quoted(String name) {
        return Arrays.stream(name.split("\\.", -1))
                .map(part -> '"' + part.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining("."));
    }

    private List<String> overridden(Map<String, Bytes> sizes) throws PostgresException {
        Map<String, ServerSetting> settings = ServerSetting.read(connection, names());
        var problems = new ArrayList<String>();
        sizes.forEach(
                (name, size) -> {
                    ServerSetting setting = settings.get(name);
                    if (setting == null || setting.actual().equals(Optional.of(size))) return;
                    String actual = setting.actual().map(Bytes::toString).orElse("as it is");
                    problems.add(
                            "%s stays %s instead of %s: %s"
                                    .formatted(name, actual, size, setting.override()));
                });
        return problems;
    }

    @Override
    public List<CacheStatus.Setting> read() throws PostgresException {
        Map<String, ServerSetting> settings = ServerSetting.read(connection, names());
        return formulas.stream()
                .map(
                        formula ->
                                new CacheStatus.Setting(
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
