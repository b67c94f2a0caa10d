package dev.elastigres.daemon.http;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Ends what takes too long, from a thread of its own.
final class Watchdog implements AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;

    Watchdog() {
        executor =
                new ScheduledThreadPoolExecutor(
                        1,
                        Thread.ofVirtual().name("http-alarms").factory(),
                        // After the server's end there is nothing left to be late.
                        new ThreadPoolExecutor.DiscardPolicy());
        executor.setRemoveOnCancelPolicy(true);
    }

    /// Runs `action`, which must not block, unless it is cancelled within `time`.
    Future<?> in(Duration time, Runnable action) {
        return executor.schedule(action, time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
