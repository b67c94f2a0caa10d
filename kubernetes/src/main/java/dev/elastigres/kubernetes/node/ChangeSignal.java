package dev.elastigres.kubernetes.node;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Wakes all threads that wait for a change. Thread-safe.
public final class ChangeSignal {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long count;

    /// Creates a signal with the count 0.
    public ChangeSignal() {}

    /// Signals a change: it increments the count and wakes all waiting threads.
    public void signal() {
        lock.lock();
        try {
            count++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Returns the number of signals so far. Read the count before the observed state; then no
    /// change between the two is lost.
    public long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until the count differs from `known` or the timeout is over.
    ///
    /// @param timeout maximum time to wait
    public void await(long known, Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            long left = timeout.toNanos();
            while (count == known && left > 0) left = changed.awaitNanos(left);
        } finally {
            lock.unlock();
        }
    }

    /// Waits without a timeout until the count differs from `known`.
    public void await(long known) throws InterruptedException {
        lock.lock();
        try {
            while (count == known) changed.await();
        } finally {
            lock.unlock();
        }
    }
}
