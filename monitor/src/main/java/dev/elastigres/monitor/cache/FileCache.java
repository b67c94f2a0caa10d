package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.postgres.ConnectionString;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// Keeps the cache of one Postgres fitted to memory, over one long-lived connection that a thread
/// of its own has. Whatever Postgres does, nobody here waits for it.
public final class FileCache implements AutoCloseable {
    private static final Duration GRACE = Duration.ofMillis(500);

    private final CacheInbox inbox = new CacheInbox();
    private final CacheOwner owner;
    private final Thread thread;

    /// Does nothing until it is started.
    ///
    /// @param reports told on the owner's thread, so it must not block
    public FileCache(
            ConnectionString target,
            CachePolicy policy,
            FileCacheConfig config,
            Consumer<CacheReport> reports) {
        owner =
                new CacheOwner(
                        new CacheOwner.CacheDependencies(target, policy, config, reports), inbox);
        // Virtual, so that interrupting it cuts its connection.
        thread = Thread.ofVirtual().name("file-cache").unstarted(owner::run);
    }

    /// Connects at once, and goes on trying for as long as it takes. Returns itself.
    public FileCache start() {
        thread.start();
        return this;
    }

    /// Wishes for a cache that fits `usable` memory. Never blocks. The answer comes as a report: of
    /// several wishes made meanwhile only the latest is answered. What cannot be done now is done
    /// when Postgres is back, and reported again.
    public void want(Bytes usable) {
        inbox.put(usable);
    }

    /// How it stands now.
    public CacheStatus status() {
        return owner.status();
    }

    /// What neon's cache counted lately; empty when that is not known, or not collected.
    public Optional<CacheStatistics> statistics() {
        return owner.statistics();
    }

    /// Lets what is under way finish for half a second, then cuts it. No report comes afterwards.
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
