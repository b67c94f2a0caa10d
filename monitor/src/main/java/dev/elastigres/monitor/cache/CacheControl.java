package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.monitor.postgres.PostgresException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How the cache of the server behind one connection is sized.
sealed interface CacheControl permits NeonCache, SettingsCache, UnmanagedCache {

    /// What was decided for this server.
    String policy();

    /// The settings that are managed, and why these.
    String found();

    /// Whether one of them holds memory.
    boolean holdsMemory();

    /// Sizes the cache for `usable` memory, and returns what was done, once it is in force.
    ///
    /// @throws PostgresException also when the server has taken the size and it is not in force
    SizingResult apply(Bytes usable) throws PostgresException, InterruptedException;

    /// What came of sizing the cache.
    sealed interface SizingResult {
        /// All is in force.
        ///
        /// @param summary what was done, as a clause
        record InForce(String summary) implements SizingResult {}

        /// All that holds memory is in force.
        ///
        /// @param why of the hints to the planner that are not
        record HintsMissing(PostgresException.Refusing why) implements SizingResult {}
    }

    /// What is managed, as it is now.
    List<CacheStatus.CacheSettingStatus> read() throws PostgresException;

    /// How a policy looks on this server.
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

    /// Whether settings may be written now.
    ///
    /// @throws PostgresException.Refusing when nobody may write settings on this server
    /// @throws PostgresException.Hung when a former attempt of ours is still under way: nothing on
    ///     the server ends it when its client has gone, and each further one would take another of
    ///     the server's connections
    static void checkAlterSystem(PostgresConnection connection) throws PostgresException {
        record Allowed(boolean ever, boolean now) {}
        Allowed allowed =
                connection
                        .query(
                                "look whether settings may be written",
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

    /// Lets the server read its files again. It does so a moment later.
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

    /// Looks again and again until what was set is in force, for a second at most.
    ///
    /// @return whether it is
    static boolean inForce(ServerCheck check) throws PostgresException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (!check.holds()) {
            if (System.nanoTime() - deadline > 0) return false;
            Thread.sleep(Duration.ofMillis(25));
        }
        return true;
    }

    /// Whether something is so, which only the server knows.
    @FunctionalInterface
    interface ServerCheck {
        boolean holds() throws PostgresException;
    }
}
