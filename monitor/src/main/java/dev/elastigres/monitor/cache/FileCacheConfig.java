package dev.elastigres.monitor.cache;

import dev.elastigres.core.monitor.CacheRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.postgres.ConnectionTimeouts;
import java.time.Duration;

/// Configuration of the file cache.
///
/// @param rules size of Neon's file cache for an amount of memory
/// @param ceiling maximum value of any setting; [Bytes#MAX] for none
/// @param timeouts timeouts of connecting and of statements
/// @param backoff backoff between attempts to connect
/// @param probe interval of probes, which use an idle connection to check that Postgres answers
/// @param refusalRetry time after a refusal until the same size is tried again
/// @param reloadDelay time for which a size must be unchanged before settings that may wait are
///     written; zero to write each size at once
/// @param statistics whether Neon's statistics are collected with each probe
public record FileCacheConfig(
        CacheRules rules,
        Bytes ceiling,
        ConnectionTimeouts timeouts,
        ReconnectBackoff backoff,
        Duration probe,
        Duration refusalRetry,
        Duration reloadDelay,
        boolean statistics) {
    public static final FileCacheConfig DEFAULT =
            new FileCacheConfig(
                    CacheRules.DEFAULT,
                    Bytes.MAX,
                    ConnectionTimeouts.DEFAULT,
                    ReconnectBackoff.DEFAULT,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5),
                    false);

    public FileCacheConfig {
        if (!probe.isPositive())
            throw new IllegalArgumentException("probe interval must be above 0");
        if (!refusalRetry.isPositive())
            throw new IllegalArgumentException("interval after a refusal must be above 0");
        if (reloadDelay.isNegative())
            throw new IllegalArgumentException("delay of a reload must not be below 0");
    }

    public FileCacheConfig withCeiling(Bytes max) {
        return new FileCacheConfig(
                rules, max, timeouts, backoff, probe, refusalRetry, reloadDelay, statistics);
    }

    public FileCacheConfig withStatistics() {
        return new FileCacheConfig(
                rules, ceiling, timeouts, backoff, probe, refusalRetry, reloadDelay, true);
    }

    /// Returns the age from which collected statistics are invalid: the next collection must have
    /// failed, or hangs.
    Duration statisticsTimeout() {
        return probe.multipliedBy(2).plus(timeouts.connect()).plus(timeouts.statement());
    }
}
