package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Wakes all threads that wait for a change. Thread-safe.
public final class ChangeSignal {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long count;

    /// Work that a thread repeats.
    @FunctionalInterface
    interface SignalledWork {
        void run() throws InterruptedException;
    }

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

    /// Runs `work` at once, after each signal, and when `timeout` is over since the last run, until
    /// the thread is interrupted.
    ///
    /// @param timeout returns the maximum time until the next run
    /// @param bug receives an unexpected failure, after which the loop continues
    void repeat(SignalledWork work, Supplier<Duration> timeout, Consumer<RuntimeException> bug) {
        try {
            while (true) {
                long seen = count();
                try {
                    work.run();
                } catch (RuntimeException e) {
                    bug.accept(e);
                }
                await(seen, timeout.get());
            }
        } catch (InterruptedException _) {
            // The owner of the thread ends it.
        }
    }

    /// Returns the time from `now` to the first of `due`, zero if it has passed.
    ///
    /// @param otherwise the result if nothing is due
    static Duration untilFirst(Stream<Moment> due, Moment now, Duration otherwise) {
        return due.map(it -> it.since(now))
                .map(it -> it.isNegative() ? Duration.ZERO : it)
                .min(Duration::compareTo)
                .orElse(otherwise);
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
