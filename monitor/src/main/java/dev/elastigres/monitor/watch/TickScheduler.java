package dev.elastigres.monitor.watch;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs the ticks of many [Ticker]s, all on one platform thread: a thread each would cost more
/// memory than what they do. A tick that fails ends alone. A tick that does not return, since a
/// kernel file does not answer, keeps that thread, and all others go on on a new one.
public final class TickScheduler implements AutoCloseable {
    /// No more threads than this are left to ticks that do not return. Whatever is due then is not
    /// run, which its ticker says.
    private static final int MAX_HANGING = 16;

    private static final Duration SUPERVISION = Duration.ofMillis(500);
    private static final long MAX_WAIT_LENGTH = TimeUnit.SECONDS.toNanos(1);

    private final String name;
    private final BiConsumer<String, Throwable> failures;

    /// Copied when it changes: to go through it allocates nothing.
    private volatile Ticker[] tickers = {};

    private final AtomicInteger hanging = new AtomicInteger();
    private final Thread supervisor;
    private volatile @Nullable TickThread worker;
    private volatile boolean closed;

    /// Does nothing until it is started.
    ///
    /// @param name of its threads
    /// @param failures told of bugs in ticks
    public TickScheduler(String name, BiConsumer<String, Throwable> failures) {
        this.name = name;
        this.failures = failures;
        supervisor = Thread.ofVirtual().name(name + "-supervisor").unstarted(this::supervise);
    }

    public TickScheduler start() {
        worker = new TickThread();
        worker.thread.start();
        supervisor.start();
        return this;
    }

    /// One more, which does nothing until it is started.
    public Ticker ticker() {
        return new Ticker(this);
    }

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

    /// One thread, until another takes its place.
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
            // What it hung on has returned, and may be due.
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
                    if (current != null && ticker.isHangingOn(current.thread)) {
                        replace(current);
                        current = null;
                    }
                    ticker.supervise();
                }
            }
        } catch (InterruptedException _) {
            // Closed.
        } catch (RuntimeException | Error bug) {
            failures.accept("nobody looks any more whether watchers hang", bug);
        }
    }

    private void replace(TickThread stuck) {
        if (hanging.get() >= MAX_HANGING) return;
        hanging.incrementAndGet();
        var next = new TickThread();
        worker = next;
        next.thread.start();
        // It may have returned just now, and rest.
        LockSupport.unpark(stuck.thread);
    }

    /// Returns at once; nothing is called half a second later, but for what does not return.
    @Override
    public void close() {
        closed = true;
        supervisor.interrupt();
        wake();
    }
}
