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
                    .advice(
                            "Name the server itself, not a pooler, and the role of"
                                    + " monitor-role.sql. Put a password into"
                                    + " ELASTIGRES_PGCONNSTR, PGPASSWORD or ~/.pgpass: every user"
                                    + " of the machine can read flags. Without it, no setting of"
                                    + " Postgres is changed.")
                    .flag('p')
                    .placeholder("CONNSTR")
                    .secret(PostgresSettings::redact);
    private static final Setting<Duration> CONNECT_TIMEOUT =
            Setting.of(
                            "postgres-connect-timeout",
                            SettingType.duration(),
                            "Timeout of connecting to one host of Postgres, and of each"
                                    + " answer during login")
                    .advice(
                            "Choose more than a login on a busy server takes, from 10ms"
                                    + " to 10m. Longer delays the report that Postgres hangs; a"
                                    + " shorter connect_timeout in pgconnstr takes precedence.")
                    .or("2s");
    private static final Setting<Duration> STATEMENT_TIMEOUT =
            Setting.of(
                            "postgres-statement-timeout",
                            SettingType.duration(),
                            "Timeout of a statement of the monitor")
                    .advice(
                            "After it, Postgres counts as hung and the connection is"
                                    + " opened anew. Keep it below answer-timeout, so that the"
                                    + " answer to the agent has the result; from 10ms to 10m.")
                    .or("2s");
    private static final Setting<Duration> BACKOFF_INITIAL =
            Setting.of(
                            "postgres-backoff-initial",
                            SettingType.duration(),
                            "Initial backoff before reconnecting to Postgres")
                    .advice(
                            "It doubles after each failure, up to postgres-backoff-max,"
                                    + " and up to half of it is random. Longer delays the cache"
                                    + " size after a short restart of Postgres.")
                    .or("100ms");
    private static final Setting<Duration> BACKOFF_MAX =
            Setting.of(
                            "postgres-backoff-max",
                            SettingType.duration(),
                            "Maximum backoff before reconnecting to Postgres")
                    .advice(
                            "The wanted size is set up to this much after Postgres is"
                                    + " back. Shorter logs in to a starting server more often.")
                    .or("5s");
    private static final Setting<Duration> PROBE_INTERVAL =
            Setting.of(
                            "postgres-probe-interval",
                            SettingType.duration(),
                            "Interval between checks that Postgres answers and has the"
                                    + " wanted values")
                    .advice(
                            "A hung or restarted server is reported up to this much"
                                    + " later, and values changed by hand appear in /status then."
                                    + " With Neon's cache, statistics are collected at the same"
                                    + " interval.")
                    .or("5s");
    private static final Setting<Duration> REFUSAL_BACKOFF =
            Setting.of(
                            "postgres-refusal-backoff",
                            SettingType.duration(),
                            "Backoff before a size that Postgres refused is tried again")
                    .advice(
                            "A refusal, such as a missing privilege, lasts until an"
                                    + " operator acts, so frequent attempts only fill the"
                                    + " server's log. After the cause is gone, the size is set up"
                                    + " to this much later.")
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
