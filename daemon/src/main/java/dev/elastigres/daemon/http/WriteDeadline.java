package dev.elastigres.daemon.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// Ends a connection when one of its writes takes too long. Many writes share one timer, because a
/// timer for each would wake the watchdog's thread for each. For one writer at a time.
final class WriteDeadline {
    private final Watchdog alarms;
    private final Duration timeout;
    private final Runnable action;

    /// Whether a timer is running.
    private final AtomicBoolean armed = new AtomicBoolean();

    /// Whether a write is under way.
    private volatile boolean active;

    /// When the last write began, by `System.nanoTime`.
    private volatile long began;

    /// @param timeout maximum time of a write
    /// @param action ends the connection; must not block
    WriteDeadline(Watchdog alarms, Duration timeout, Runnable action) {
        this.alarms = alarms;
        this.timeout = timeout;
        this.action = action;
    }

    /// A write begins.
    void begin() {
        began = System.nanoTime();
        active = true;
        if (armed.compareAndSet(false, true)) arm(timeout.toNanos());
    }

    /// The write has ended.
    void end() {
        active = false;
    }

    private void arm(long nanos) {
        var _ = alarms.in(Duration.ofNanos(nanos).plusMillis(1), this::check);
    }

    private void check() {
        long left = began + timeout.toNanos() - System.nanoTime();
        if (active && left <= 0) {
            action.run();
            return;
        }
        if (active) {
            arm(left);
            return;
        }
        armed.set(false);
        // A write that began meanwhile found the timer armed.
        if (active && armed.compareAndSet(false, true)) arm(timeout.toNanos());
    }
}
