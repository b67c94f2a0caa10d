package dev.elastigres.monitor.cache;

import dev.elastigres.core.monitor.CacheRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.postgres.ConnectionTimeouts;
import java.time.Duration;

/// The numbers of the file cache.
///
/// @param rules how neon's file cache follows memory
/// @param ceiling nothing is ever set above it; [Bytes#MAX] for none
/// @param limits of connecting and of statements
/// @param backoff between attempts to connect
/// @param probe how often an idle connection is used, to know that Postgres still answers
/// @param refusalRetry how long after a refusal the same size is tried again
/// @param statistics whether neon's statistics are collected with each probe
public record FileCacheConfig(
        CacheRules rules,
        Bytes ceiling,
        ConnectionTimeouts limits,
        ReconnectBackoff backoff,
        Duration probe,
        Duration refusalRetry,
        boolean statistics) {
    public static final FileCacheConfig DEFAULT =
            new FileCacheConfig(
                    CacheRules.DEFAULT,
                    Bytes.MAX,
                    ConnectionTimeouts.DEFAULT,
                    ReconnectBackoff.DEFAULT,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    false);

    public FileCacheConfig {
        if (!probe.isPositive())
            throw new IllegalArgumentException("probe interval must be above 0");
        if (!refusalRetry.isPositive())
            throw new IllegalArgumentException("interval after a refusal must be above 0");
    }

    public FileCacheConfig withCeiling(Bytes max) {
        return new FileCacheConfig(rules, max, limits, backoff, probe, refusalRetry, statistics);
    }

    public FileCacheConfig withStatistics() {
        return new FileCacheConfig(rules, ceiling, limits, backoff, probe, refusalRetry, true);
    }

    /// The age from which collected statistics are worthless: the collection after them has failed,
    /// or hangs.
    Duration statisticsTimeout() {
        return probe.multipliedBy(2).plus(limits.connect()).plus(limits.statement());
    }
}
