package dev.elastigres.kubernetes.node;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Wakes all who wait for news. For any thread.
public final class ChangeSignal {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition rung = lock.newCondition();
    private long count;

    /// One that has not rung yet.
    public ChangeSignal() {}

    /// There is news.
    public void ring() {
        lock.lock();
        try {
            count++;
            rung.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// How often it rang. Ask before looking at what there is, and no news gets lost.
    public long count() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until it has rung more often than `known`, or `patience` is over.
    public void await(long known, Duration patience) throws InterruptedException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (count == known && left > 0) left = rung.awaitNanos(left);
        } finally {
            lock.unlock();
        }
    }

    /// Waits until it has rung more often than `known`.
    public void await(long known) throws InterruptedException {
        lock.lock();
        try {
            while (count == known) rung.await();
        } finally {
            lock.unlock();
        }
    }
}
