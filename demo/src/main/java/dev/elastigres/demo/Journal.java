package dev.elastigres.demo;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Where all parts of the demo tell what happened. One thread reads it.
final class Journal {
    private static final int CAPACITY = 256;

    private final BlockingQueue<Entry> entries = new ArrayBlockingQueue<>(CAPACITY);

    record Entry(Moment at, Happening happening) {}

    /// Waits while the reader is behind.
    void add(Happening happening) throws InterruptedException {
        entries.put(new Entry(new Moment(System.nanoTime()), happening));
    }

    /// Null when nothing happened within `patience`.
    @Nullable Entry next(Duration patience) throws InterruptedException {
        return entries.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
