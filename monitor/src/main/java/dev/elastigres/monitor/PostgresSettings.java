package dev.elastigres.monitor;

import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.monitor.cache.ReconnectBackoff;
import dev.elastigres.monitor.postgres.ConnectionString;
import dev.elastigres.monitor.postgres.ConnectionTimeouts;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// The settings of the connection to Postgres.
final class PostgresSettings {
    static final Setting<String> PGCONNSTR =
            Setting.of(
                            "pgconnstr",
                            SettingType.text(),
                            "Connection string (libpq) of the Postgres whose caches are sized")
                    .flag('p')
                    .placeholder("CONNSTR")
                    .secret(PostgresSettings::redact);
    private static final Setting<Duration> CONNECT_TIMEOUT =
            Setting.of(
                            "postgres-connect-timeout",
                            SettingType.duration(),
                            "Timeout of connecting to Postgres")
                    .or("2s");
    private static final Setting<Duration> STATEMENT_TIMEOUT =
            Setting.of(
                            "postgres-statement-timeout",
                            SettingType.duration(),
                            "Timeout of a statement")
                    .or("2s");
    private static final Setting<Duration> BACKOFF_INITIAL =
            Setting.of(
                            "postgres-backoff-initial",
                            SettingType.duration(),
                            "Initial backoff before reconnecting")
                    .or("100ms");
    private static final Setting<Duration> BACKOFF_MAX =
            Setting.of(
                            "postgres-backoff-max",
                            SettingType.duration(),
                            "Maximum backoff before reconnecting")
                    .or("5s");
    private static final Setting<Duration> PROBE_INTERVAL =
            Setting.of(
                            "postgres-probe-interval",
                            SettingType.duration(),
                            "Interval between checks of Postgres")
                    .or("5s");
    private static final Setting<Duration> REFUSAL_BACKOFF =
            Setting.of(
                            "postgres-refusal-backoff",
                            SettingType.duration(),
                            "Backoff before a refused cache size is retried")
                    .or("30s");

    private PostgresSettings() {}

    /// @param environment completes connection strings, as with libpq
    static SettingTable addTo(SettingTable table, Map<String, String> environment) {
        return table.group(
                        "Postgres",
                        CONNECT_TIMEOUT,
                        STATEMENT_TIMEOUT,
                        BACKOFF_INITIAL,
                        BACKOFF_MAX,
                        PROBE_INTERVAL,
                        REFUSAL_BACKOFF)
                .rule(PostgresSettings::timeouts, CONNECT_TIMEOUT, STATEMENT_TIMEOUT)
                .rule(PostgresSettings::backoff, BACKOFF_INITIAL, BACKOFF_MAX)
                .rule(settings -> connectionString(settings, environment), PGCONNSTR);
    }

    /// Where to connect; empty when no connection string is given.
    ///
    /// @param environment completes connection strings, as with libpq
    static Optional<ConnectionString> connectionString(
            Settings settings, Map<String, String> environment) {
        return settings.find(PGCONNSTR).map(text -> ConnectionString.parse(text, environment));
    }

    static ConnectionTimeouts timeouts(Settings settings) {
        return new ConnectionTimeouts(
                settings.get(CONNECT_TIMEOUT), settings.get(STATEMENT_TIMEOUT));
    }

    static ReconnectBackoff backoff(Settings settings) {
        return new ReconnectBackoff(settings.get(BACKOFF_INITIAL), settings.get(BACKOFF_MAX));
    }

    /// The interval between checks of Postgres.
    static Duration probeInterval(Settings settings) {
        return settings.get(PROBE_INTERVAL);
    }

    /// The backoff before a refused cache size is retried.
    static Duration refusalBackoff(Settings settings) {
        return settings.get(REFUSAL_BACKOFF);
    }

    private static String redact(String text) {
        try {
            return ConnectionString.parse(text, Map.of()).toString();
        } catch (IllegalArgumentException _) {
            return "***";
        }
    }
}
