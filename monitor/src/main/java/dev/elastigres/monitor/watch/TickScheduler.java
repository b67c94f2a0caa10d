package dev.elastigres.monitor.watch;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs the ticks of many [Ticker]s on one platform thread, because a thread for each would use
/// more memory than its work does. A tick that fails ends its own ticker only. A tick that does not
/// return, because a kernel file does not answer, keeps its thread; the others continue on a new
/// one.
public final class TickScheduler implements AutoCloseable {
    /// Maximum number of threads blocked by hanging ticks. Beyond it, due ticks do not run, and
    /// their tickers report being stalled.
    private static final int MAX_HANGING = 16;

    private static final Duration SUPERVISION = Duration.ofMillis(500);
    private static final long MAX_WAIT_LENGTH = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final BiConsumer<String, Throwable> failures;

    /// Copied on write, so that iterating allocates nothing.
    private volatile Ticker[] tickers = {};

    private final AtomicInteger hanging = new AtomicInteger();
    private final Thread supervisor;
    private volatile @Nullable TickThread worker;
    private volatile boolean closed;

    /// Creates a scheduler that is not started.
    ///
    /// @param name name of its threads
    /// @param failures receives bugs of ticks
    public TickScheduler(String name, BiConsumer<String, Throwable> failures) {
        this.name = name;
        this.failures = failures;
        supervisor = Thread.ofVirtual().name(name + "-supervisor").unstarted(this::supervise);
    }

    /// Starts the threads. Returns this scheduler.
    public TickScheduler start() {
        worker = new TickThread();
        worker.thread.start();
        supervisor.start();
        return this;
    }

    /// Returns a new ticker that is not started.
    public Ticker ticker() {
        return new Ticker(this);
    }

    /// Returns whether the current worker thread runs.
    public boolean isAlive() {
        TickThread current = worker;
        return current != null && current.thread.isAlive();
    }

    synchronized void add(Ticker ticker) {
        tickers = Stream.concat(Arrays.stream(tickers), Stream.of(ticker)).toArray(Ticker[]::new);
    }

    synchronized void remove(Ticker ticker) {
        tickers = Arrays.stream(tickers).filter(it -> it != ticker).toArray(Ticker[]::new);
    }

    void failed(Throwable bug) {
        failures.accept("a watcher failed", bug);
    }

    void wake() {
        TickThread current = worker;
        if (current != null) LockSupport.unpark(current.thread);
    }

    boolean isWorker(Thread thread) {
        TickThread current = worker;
        return current != null && current.thread == thread;
    }

    /// A worker thread, until another replaces it.
    private final class TickThread {
        private final ReadBuffer scratch = ReadBuffer.create();
        private final Thread thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);

        private void run() {
            while (!closed && worker == this) {
                long wait = MAX_WAIT_LENGTH;
                for (Ticker ticker : tickers) {
                    wait = Math.min(wait, run(ticker));
                    if (worker != this) break;
                }
                if (wait > 0 && !closed && worker == this) LockSupport.parkNanos(this, wait);
            }
            // This thread was replaced, and its tick has returned: the ticker may be due.
            if (worker != this) {
                hanging.decrementAndGet();
                wake();
            } else {
                for (Ticker ticker : tickers) ticker.runLast();
            }
        }

        private long run(Ticker ticker) {
            try {
                return ticker.run(scratch);
            } catch (RuntimeException | Error bug) {
                failed(bug);
                return MAX_WAIT_LENGTH;
            }
        }
    }

    // ---- ticks that do not return

    private void supervise() {
        try {
            while (!closed) {
                Thread.sleep(SUPERVISION);
                TickThread current = worker;
                for (Ticker ticker : tickers) {
                    if (current != null && ticker.isStuckOn(current.thread)) {
                        replace(current);
                        current = null;
                    }
                    ticker.supervise();
                }
            }
        } catch (InterruptedException _) {
            // Closed.
        } catch (RuntimeException | Error bug) {
            failures.accept("the supervisor of watchers failed", bug);
        }
    }

    private void replace(TickThread stuck) {
        if (hanging.get() >= MAX_HANGING) return;
        hanging.incrementAndGet();
        var next = new TickThread();
        worker = next;
        next.thread.start();
        // The tick may have returned just now, and the thread may be parked.
        LockSupport.unpark(stuck.thread);
    }

    /// Stops the threads, without waiting for them. Ticks end within half a second, except those
    /// that do not return.
    @Override
    public void close() {
        closed = true;
        supervisor.interrupt();
        wake();
    }
}
