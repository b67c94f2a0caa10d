package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.monitor.postgres.PostgresException;
import java.time.Duration;
import java.util.List;

/// How the cache of the server behind one connection is sized.
sealed interface CacheControl permits NeonCache, SettingsCache, NoCache {

    /// What was decided for this server.
    String policy();

    /// Sizes the cache for `usable` memory, and returns what was done, once it is in force.
    ///
    /// @throws PostgresException also when the server has taken the size and it is not in force
    String apply(Bytes usable) throws PostgresException, InterruptedException;

    /// What is managed, as it is now.
    List<CacheStatus.Setting> read() throws PostgresException;

    /// How a policy looks on this server.
    static CacheControl of(
            CachePolicy policy, PostgresConnection connection, FileCacheConfig config)
            throws PostgresException {
        return switch (policy) {
            case CachePolicy.Auto(var formulas) ->
                    NeonCache.isOn(connection)
                            ? new NeonCache(connection, config)
                            : new SettingsCache(connection, config.ceiling(), formulas);
            case CachePolicy.Settings(var formulas) ->
                    new SettingsCache(connection, config.ceiling(), formulas);
            case CachePolicy.Neon _ -> {
                if (!NeonCache.isOn(connection))
                    throw new PostgresException.Refusing(
                            connection.server() + " has no " + NeonCache.LIMIT);
                yield new NeonCache(connection, config);
            }
            case CachePolicy.None _ -> new NoCache();
        };
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
    static boolean inForce(Check check) throws PostgresException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (!check.holds()) {
            if (System.nanoTime() - deadline > 0) return false;
            Thread.sleep(Duration.ofMillis(25));
        }
        return true;
    }

    /// Whether something is so, which only the server knows.
    @FunctionalInterface
    interface Check {
        boolean holds() throws PostgresException;
    }
}
