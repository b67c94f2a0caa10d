package dev.elastigres.daemon.http;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Runs actions after timeouts, on a thread of its own.
final class Watchdog implements AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;

    Watchdog() {
        executor =
                new ScheduledThreadPoolExecutor(
                        1,
                        Thread.ofVirtual().name("http-alarms").factory(),
                        // After the server has closed, no timeout matters.
                        new ThreadPoolExecutor.DiscardPolicy());
        executor.setRemoveOnCancelPolicy(true);
    }

    /// Runs `action` after `time`, unless it is cancelled. The action must not block.
    Future<?> in(Duration time, Runnable action) {
        return executor.schedule(action, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
