package dev.elastigres.agent.worker;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The message queue of a worker. When it is full, the oldest metrics are dropped; without metrics,
/// the sender waits.
final class WorkerInbox {
    static final int CAPACITY = 128;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<WorkerMessage> messages = new ArrayDeque<>();
    private boolean nudged;
    private boolean closed;

    void put(WorkerMessage message) throws InterruptedException {
        lock.lock();
        try {
            if (messages.size() >= CAPACITY) dropOldestMetrics();
            while (messages.size() >= CAPACITY && !closed) changed.await();
            if (closed) return;
            messages.add(message);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Puts [WorkerMessage.Refresh] before all other messages, at most once. Never blocks.
    void nudge() {
        lock.lock();
        try {
            nudged = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void dropOldestMetrics() {
        for (var each = messages.iterator(); each.hasNext(); )
            if (each.next() instanceof WorkerMessage.EventMessage happened
                    && happened.isMetrics()) {
                each.remove();
                return;
            }
    }

    /// Returns the next message; null if none arrived within `timeout`.
    @Nullable WorkerMessage next(Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (messages.isEmpty() && !nudged && left > 0) left = changed.awaitNanos(left);
            if (nudged) {
                nudged = false;
                return new WorkerMessage.Refresh();
            }
            WorkerMessage next = messages.poll();
            changed.signalAll();
            return next;
        } finally {
            lock.unlock();
        }
    }

    /// Closes the inbox: messages are discarded, and waiting senders return.
    void close() {
        lock.lock();
        try {
            closed = true;
            messages.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
