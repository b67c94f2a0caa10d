package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.monitor.postgres.PostgresException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A setting as `pg_settings` shows it to the monitor's session.
///
/// @param value value in units of `unit`; empty if it is not a whole number
/// @param unit the unit in bytes; 0 if the setting is not an amount of memory
/// @param context what is required to change it
/// @param source source of its value
/// @param range values that the server accepts, in `unit`
record ServerSetting(
        String name,
        Optional<Long> value,
        long unit,
        String context,
        String source,
        SettingRange range) {
    private static final Pattern UNIT = Pattern.compile("(\\d*)(B|kB|MB|GB|TB)");

    record SettingRange(long min, long max) {}

    /// Returns the settings of `names` that the server has.
    ///
    /// @param names lower-case letters, digits, `_` and dots, as checked by [SettingFormula]
    static Map<String, ServerSetting> read(PostgresConnection connection, Collection<String> names)
            throws PostgresException {
        return connection
                .query(
                        "read its settings",
                        """
                        SELECT name, setting, unit, context, source, min_val, max_val
                        FROM pg_catalog.pg_settings
                        WHERE name = ANY (string_to_array('%s', ','))"""
                                .formatted(String.join(",", names)),
                        ServerSetting::of)
                .stream()
                .collect(Collectors.toMap(ServerSetting::name, Function.identity()));
    }

    private static ServerSetting of(ResultSet row) throws SQLException {
        return new ServerSetting(
                row.getString("name"),
                number(row, "setting"),
                unit(row.getString("unit")),
                row.getString("context"),
                row.getString("source"),
                new SettingRange(
                        number(row, "min_val").orElse(0L),
                        number(row, "max_val").orElse(Long.MAX_VALUE)));
    }

    private static Optional<Long> number(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text != null && text.matches("-?\\d{1,18}")
                ? Optional.of(Long.valueOf(text))
                : Optional.empty();
    }

    private static long unit(@Nullable String text) {
        var matcher = UNIT.matcher(text == null ? "" : text);
        if (!matcher.matches()) return 0;
        long count = matcher.group(1).isEmpty() ? 1 : Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "kB" -> count << 10;
            case "MB" -> count << 20;
            case "GB" -> count << 30;
            case "TB" -> count << 40;
            default -> count;
        };
    }

    /// Returns why it cannot be sized with memory; empty if it can.
    Optional<String> objection() {
        if (unit == 0) return Optional.of(name + " is not an amount of memory");
        return switch (context) {
            case "postmaster" -> Optional.of(name + " needs a restart");
            case "internal" -> Optional.of(name + " cannot be changed");
            default -> Optional.empty();
        };
    }

    /// Returns the amount in force; empty if the value is negative, which means something else than
    /// an amount.
    Optional<Bytes> actual() {
        return value.filter(units -> units >= 0).map(units -> amount(units, unit));
    }

    /// Returns `size` within the server's range, rounded down to the setting's unit, or to 1 KiB if
    /// the unit is smaller.
    Bytes fitted(Bytes size) {
        long grain = Math.max(unit, 1024);
        Bytes bounded = size.max(amount(Math.max(0, range.min), unit)).min(amount(range.max, unit));
        return new Bytes(bounded.value() - bounded.value() % grain);
    }

    private static Bytes amount(long units, long unit) {
        return unit != 0 && units > Long.MAX_VALUE / unit ? Bytes.MAX : new Bytes(units * unit);
    }

    /// Returns why a value that was written and reloaded is not in force.
    String override() {
        return switch (source) {
            case "command line" -> "it is set on the server's command line";
            case "environment variable" -> "it is set by the server's environment";
            case "database", "user", "database user" ->
                    "it is set for this role or database, so the server's own value is not seen";
            case "client" -> "it is set by the connection string's options";
            default -> "the server has not applied it, see its log";
        };
    }
}
