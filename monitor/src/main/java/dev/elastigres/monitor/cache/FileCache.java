package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.postgres.ConnectionString;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// Keeps the cache of one Postgres sized to its memory, over one long-lived connection with a
/// thread of its own. No method waits for Postgres, except that [#close] may for a bounded time.
public final class FileCache implements AutoCloseable {
    private static final Duration GRACE = Duration.ofMillis(500);

    private final CacheInbox inbox = new CacheInbox();
    private final CacheOwner owner;
    private final Thread thread;

    /// Creates a file cache that is not started.
    ///
    /// @param target the Postgres to connect to
    /// @param policy selects the managed settings
    /// @param config sizes, timeouts and intervals
    /// @param reports called on the owner's thread, and must not block
    public FileCache(
            ConnectionString target,
            CachePolicy policy,
            FileCacheConfig config,
            Consumer<CacheReport> reports) {
        owner =
                new CacheOwner(
                        new CacheOwner.CacheDependencies(target, policy, config, reports), inbox);
        // A virtual thread, so that interrupting it closes its connection.
        thread = Thread.ofVirtual().name("file-cache").unstarted(owner::run);
    }

    /// Starts to connect, and retries without limit. Returns this file cache.
    public FileCache start() {
        thread.start();
        return this;
    }

    /// Requests a cache sized for `usable` memory. Never blocks. The result comes as a report. If
    /// several sizes are requested before one is taken, only the latest is applied. A size that
    /// cannot be applied now is applied when Postgres is back, and reported again.
    ///
    /// @param usable memory to size the cache for
    public void want(Bytes usable) {
        inbox.put(usable);
    }

    /// Returns the current status.
    public CacheStatus status() {
        return owner.status();
    }

    /// Returns recent statistics of Neon's cache; empty if unknown or not collected.
    public Optional<CacheStatistics> statistics() {
        return owner.statistics();
    }

    /// Stops the file cache. Running work may finish within half a second, then it is interrupted.
    /// No report follows.
    @Override
    public void close() {
        inbox.close();
        if (!thread.isAlive()) return;
        try {
            if (thread.join(GRACE)) return;
            thread.interrupt();
            thread.join(GRACE);
        } catch (InterruptedException _) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
