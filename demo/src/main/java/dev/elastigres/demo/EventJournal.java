package dev.elastigres.demo;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Where all parts of the demo tell what happened. One thread reads it.
final class EventJournal {
    private static final int CAPACITY = 256;

    private final BlockingQueue<JournalEntry> entries = new ArrayBlockingQueue<>(CAPACITY);

    record JournalEntry(Moment at, DemoEvent event) {}

    /// Waits while the reader is behind.
    void add(DemoEvent event) throws InterruptedException {
        entries.put(new JournalEntry(new Moment(System.nanoTime()), event));
    }

    /// Null when nothing happened within `patience`.
    @Nullable JournalEntry next(Duration patience) throws InterruptedException {
        return entries.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
