package dev.elastigres.demo;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.demo.DemoEvent.CacheChanged;
import dev.elastigres.harness.MonitorPages;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// Polls what the monitor sets: its threshold, and the cache size of Postgres.
final class MonitorFollower {
    private static final Duration PERIOD = Duration.ofMillis(100);

    private final MonitorPages monitor;
    private final DemoDatabase database;
    private final MemoryProbe memory;
    private final EventJournal journal;

    private volatile Bytes cache = Bytes.ZERO;

    MonitorFollower(
            MonitorPages monitor, DemoDatabase database, MemoryProbe memory, EventJournal journal) {
        this.monitor = monitor;
        this.database = database;
        this.memory = memory;
        this.journal = journal;
    }

    /// Returns `effective_cache_size` as of the newest poll.
    Bytes cache() {
        return cache;
    }

    /// Runs until the thread is interrupted.
    void run() throws InterruptedException, DemoException, MonitorConnectionException {
        try (Connection connection = database.connect()) {
            while (true) {
                memory.setThreshold(monitor.threshold());
                Bytes size = DemoDatabase.effectiveCacheSize(connection);
                if (!size.equals(cache)) {
                    cache = size;
                    journal.add(new CacheChanged(size));
                }
                Thread.sleep(PERIOD);
            }
        } catch (SQLException e) {
            throw new DemoException("cannot close a connection to Postgres", e);
        }
    }
}
