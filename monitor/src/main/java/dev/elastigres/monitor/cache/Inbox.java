package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/// One place for the latest wish: a newer one replaces it. Any thread puts, one takes.
final class Inbox {
    private final ArrayBlockingQueue<Message> slot = new ArrayBlockingQueue<>(1);
    private volatile boolean closed;

    private sealed interface Message {
        record Wish(Bytes usable) implements Message {}

        record Wake() implements Message {}
    }

    /// Never blocks.
    void put(Bytes usable) {
        replace(new Message.Wish(usable));
    }

    /// Wakes the taker. What was not taken by then is lost.
    void close() {
        closed = true;
        replace(new Message.Wake());
    }

    boolean isClosed() {
        return closed;
    }

    /// The latest wish not taken yet; empty when none comes within `limit` or the inbox is closed.
    Optional<Bytes> take(Duration limit) throws InterruptedException {
        Message message = slot.poll(Math.max(0, limit.toNanos()), TimeUnit.NANOSECONDS);
        return message instanceof Message.Wish(Bytes usable) && !closed
                ? Optional.of(usable)
                : Optional.empty();
    }

    private void replace(Message message) {
        while (!slot.offer(message)) slot.poll();
    }
}
