package dev.elastigres.demo;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.thread.MonotonicClock;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A bounded queue of events from all parts of the demo. One thread reads it.
final class EventJournal {
    private static final int CAPACITY = 256;

    private final BlockingQueue<JournalEntry> entries = new ArrayBlockingQueue<>(CAPACITY);

    record JournalEntry(Moment at, DemoEvent event) {}

    /// Adds an event; blocks while the queue is full.
    void add(DemoEvent event) throws InterruptedException {
        entries.put(new JournalEntry(MonotonicClock.now(), event));
    }

    /// Returns the next event, or null if none comes within `timeout`.
    @Nullable JournalEntry next(Duration timeout) throws InterruptedException {
        return entries.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }
}
