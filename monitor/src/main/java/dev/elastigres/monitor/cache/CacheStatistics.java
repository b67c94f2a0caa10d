package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Moment;
import dev.elastigres.monitor.postgres.PostgresConnection;
import dev.elastigres.monitor.postgres.PostgresException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Statistics of Neon's file cache at one moment.
///
/// @param at when they were requested from the server
/// @param counts counters by the server's own keys, such as `file_cache_hits`, and the cache's size
///     limit in bytes as [#LIMIT]; values unknown to the server are absent
/// @param workingSet estimated number of pages touched within the last minute, two minutes, and so
///     on up to 60; empty if the server cannot give all of them
public record CacheStatistics(Moment at, Map<String, Long> counts, List<Long> workingSet) {
    public static final String LIMIT = "limit";

    private static final int WINDOWS = 60;

    /// Reads the catalogs, which every role may read: using a missing or forbidden object instead
    /// would fill the server's log with errors.
    private static final String WHAT_IS_THERE =
            """
            SELECT EXISTS (
                SELECT FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = 'neon' AND c.relname = 'neon_lfc_stats'
                AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
            ), EXISTS (
                SELECT FROM pg_catalog.pg_proc p
                JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                WHERE n.nspname = 'neon' AND p.proname = 'approximate_working_set_size_seconds'
                AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
            )""";

    private static final String COUNTS = "SELECT lfc_key, lfc_value FROM neon.neon_lfc_stats";

    private static final String SIZE_LIMIT =
            "SELECT pg_size_bytes(current_setting('neon.file_cache_size_limit', true))";

    private static final String WORKING_SET =
            "SELECT neon.approximate_working_set_size_seconds(minutes * 60)"
                    + " FROM generate_series(1, 60) AS minutes ORDER BY minutes";

    private record StatisticsColumn(boolean counts, boolean workingSet) {}

    private record StatisticsCount(String key, long value, boolean isKnown) {}

    public CacheStatistics {
        counts = Map.copyOf(counts);
        workingSet = List.copyOf(workingSet);
    }

    /// Reads the statistics. On a server without Neon's extension, counts of the cache and the
    /// working set are absent.
    static CacheStatistics read(PostgresConnection connection, Moment now)
            throws PostgresException {
        StatisticsColumn has =
                connection
                        .query(
                                "look for neon's statistics",
                                WHAT_IS_THERE,
                                row -> new StatisticsColumn(row.getBoolean(1), row.getBoolean(2)))
                        .getFirst();
        var counts = new HashMap<String, Long>();
        if (has.counts) {
            for (StatisticsCount count : readCounts(connection))
                if (count.isKnown) counts.put(count.key, count.value);
        }
        for (StatisticsCount limit : readLimit(connection))
            if (limit.isKnown) counts.put(limit.key, limit.value);
        return new CacheStatistics(
                now, counts, has.workingSet ? readWorkingSet(connection) : List.of());
    }

    private static List<StatisticsCount> readCounts(PostgresConnection connection)
            throws PostgresException {
        return connection.query(
                "read neon's statistics",
                COUNTS,
                row -> new StatisticsCount(row.getString(1), row.getLong(2), !row.wasNull()));
    }

    private static List<StatisticsCount> readLimit(PostgresConnection connection)
            throws PostgresException {
        return connection.query(
                "read the size of neon's cache",
                SIZE_LIMIT,
                row -> new StatisticsCount(LIMIT, row.getLong(1), !row.wasNull()));
    }

    /// Returns all windows or none: with a gap, a value would be taken for a window of another
    /// length.
    private static List<Long> readWorkingSet(PostgresConnection connection)
            throws PostgresException {
        List<Long> pages =
                connection.query(
                        "read neon's working set",
                        WORKING_SET,
                        row -> {
                            long value = row.getLong(1);
                            return row.wasNull() ? -1 : value;
                        });
        boolean whole = pages.size() == WINDOWS && pages.stream().allMatch(it -> it >= 0);
        return whole ? pages : List.of();
    }
}
