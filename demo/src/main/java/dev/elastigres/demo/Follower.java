package dev.elastigres.demo;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.demo.Happening.CacheChanged;
import dev.elastigres.harness.MonitorPages;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/// Follows what the monitor sets: its own threshold, and the cache setting of Postgres.
final class Follower {
    private static final Duration PERIOD = Duration.ofMillis(100);

    private final MonitorPages monitor;
    private final Database database;
    private final MemoryProbe memory;
    private final Journal journal;

    private volatile Bytes cache = Bytes.ZERO;

    Follower(MonitorPages monitor, Database database, MemoryProbe memory, Journal journal) {
        this.monitor = monitor;
        this.database = database;
        this.memory = memory;
        this.journal = journal;
    }

    /// `effective_cache_size` as of the newest look.
    Bytes cache() {
        return cache;
    }

    /// Runs until it is interrupted.
    void run() throws InterruptedException, DemoException, LinkException {
        try (Connection connection = database.connect()) {
            while (true) {
                memory.setThreshold(monitor.threshold());
                Bytes size = Database.effectiveCacheSize(connection);
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
