package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Holds the latest requested size: a newer one replaces it. Any thread may put; one thread takes.
final class CacheInbox {
    private final ArrayBlockingQueue<CacheMessage> slot = new ArrayBlockingQueue<>(1);
    private volatile boolean closed;

    private sealed interface CacheMessage {
        record SizeRequest(Bytes usable) implements CacheMessage {}

        record Wake() implements CacheMessage {}
    }

    /// Puts a size. Never blocks.
    void put(Bytes usable) {
        replace(new CacheMessage.SizeRequest(usable));
    }

    /// Closes the inbox and wakes the taking thread. A size not taken by then is dropped.
    void close() {
        closed = true;
        replace(new CacheMessage.Wake());
    }

    boolean isClosed() {
        return closed;
    }

    /// Returns the latest size not taken yet; empty if none arrives within `timeout` or the inbox
    /// is closed.
    Optional<Bytes> take(Duration timeout) throws InterruptedException {
        CacheMessage message = slot.poll(Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS);
        return message instanceof CacheMessage.SizeRequest(Bytes usable) && !closed
                ? Optional.of(usable)
                : Optional.empty();
    }

    private void replace(CacheMessage message) {
        while (!slot.offer(message)) slot.poll();
    }
}
