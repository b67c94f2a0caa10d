package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.monitor.postgres.PostgresException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Sizes the cache of the server of one connection.
sealed interface CacheControl permits NeonCache, SettingsCache, UnmanagedCache {

    /// Returns the name of the policy in use for this server.
    String policy();

    /// Returns the managed settings, with the reason for their choice if there was one.
    String found();

    /// Returns whether one of the managed settings holds memory.
    boolean holdsMemory();

    /// Sizes the cache for `usable` memory, and returns the result when the size is in force.
    ///
    /// @throws PostgresException if this failed, also if the server accepted the size but it is not
    ///     in force
    SizingResult apply(Bytes usable) throws PostgresException, InterruptedException;

    /// Returns whether a size may be applied later: until then, no setting holds more memory than
    /// with `usable`, and one that holds less does no harm.
    boolean mayWait(Bytes usable);

    /// Result of sizing the cache.
    sealed interface SizingResult {
        /// All settings are in force.
        ///
        /// @param summary what was done, as a clause
        record InForce(String summary) implements SizingResult {}

        /// All settings that hold memory are in force, but not all hints to the planner.
        ///
        /// @param why why the first of the missing hints is not in force
        record HintsMissing(PostgresException.Refusing why) implements SizingResult {}
    }

    /// Reads the managed settings from the server.
    List<CacheStatus.CacheSettingStatus> read() throws PostgresException;

    /// Returns the control that `policy` selects for this server.
    static CacheControl of(
            CachePolicy policy, PostgresConnection connection, FileCacheConfig config)
            throws PostgresException {
        return switch (policy) {
            case CachePolicy.Auto(var formulas) -> {
                Optional<String> missing = NeonCache.missing(connection);
                yield missing.isEmpty()
                        ? new NeonCache(connection, config)
                        : new SettingsCache(connection, config.ceiling(), formulas, missing);
            }
            case CachePolicy.Settings(var formulas) ->
                    new SettingsCache(connection, config.ceiling(), formulas, Optional.empty());
            case CachePolicy.Neon _ -> {
                Optional<String> missing = NeonCache.missing(connection);
                if (missing.isPresent())
                    throw new PostgresException.Refusing(
                            connection.server() + ": " + missing.get());
                yield new NeonCache(connection, config);
            }
            case CachePolicy.None _ -> new UnmanagedCache();
        };
    }

    /// Checks that settings can be written now.
    ///
    /// @throws PostgresException.Refusing if this server does not allow `ALTER SYSTEM`
    /// @throws PostgresException.Hung if an earlier attempt of this monitor is still running. The
    ///     server does not end it when its client disconnects, and each further attempt would
    ///     occupy another of the server's connections
    static void checkAlterSystem(PostgresConnection connection) throws PostgresException {
        record Allowed(boolean ever, boolean now) {}
        Allowed allowed =
                connection
                        .query(
                                "check whether settings can be written",
                                """
                                SELECT coalesce(current_setting('allow_alter_system', true), 'on')::boolean,
                                    NOT EXISTS (
                                        SELECT FROM pg_catalog.pg_stat_activity
                                        WHERE usename = current_user AND state = 'active'
                                        AND application_name = current_setting('application_name')
                                        AND query LIKE 'ALTER SYSTEM SET %'
                                    )""",
                                row -> new Allowed(row.getBoolean(1), row.getBoolean(2)))
                        .getFirst();
        if (!allowed.ever)
            throw new PostgresException.Refusing(
                    "allow_alter_system is off on %s: set it to on, or manage no cache"
                            .formatted(connection.server()));
        if (!allowed.now)
            throw new PostgresException.Hung(
                    "an earlier ALTER SYSTEM is still under way on " + connection.server());
    }

    /// Makes the server reload its configuration, which takes effect a moment later.
    static void reload(PostgresConnection connection) throws PostgresException {
        boolean signalled =
                connection
                        .query(
                                "reload the configuration",
                                "SELECT pg_reload_conf()",
                                row -> row.getBoolean(1))
                        .getFirst();
        if (!signalled)
            throw new PostgresException.Refusing(
                    "cannot reload the configuration on " + connection.server());
    }

    /// Polls until what was set is in force, for at most a second.
    ///
    /// @return whether it is in force
    static boolean inForce(ServerCheck check) throws PostgresException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (!check.holds()) {
            if (System.nanoTime() - deadline > 0) return false;
            Thread.sleep(Duration.ofMillis(25));
        }
        return true;
    }

    /// A condition that is checked on the server.
    @FunctionalInterface
    interface ServerCheck {
        boolean holds() throws PostgresException;
    }
}
