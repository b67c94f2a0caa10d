package dev.elastigres.monitor.watch;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A platform thread for one.
public final class OwnThread implements Pulse {
    private final Thread thread;
    private volatile @Nullable Beat beat;
    private volatile boolean hurried;
    private volatile boolean stopped;

    /// Does nothing until it is started.
    public OwnThread(String name) {
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    @Override
    public void start(Beat beat) {
        this.beat = beat;
        thread.start();
    }

    private void run() {
        Beat called = beat;
        if (called == null) return;
        while (!stopped) {
            hurried = false;
            await(called.beat());
        }
        called.end();
    }

    private void await(long due) {
        long wait;
        while (!stopped && !hurried && (wait = due - System.nanoTime()) > 0)
            LockSupport.parkNanos(this, wait);
    }

    @Override
    public void hurry() {
        hurried = true;
        LockSupport.unpark(thread);
    }

    @Override
    public boolean isAlive() {
        return thread.isAlive();
    }

    @Override
    public void stop() {
        stopped = true;
        LockSupport.unpark(thread);
        if (!thread.isAlive()) return;
        try {
            thread.join(Duration.ofMillis(500));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
