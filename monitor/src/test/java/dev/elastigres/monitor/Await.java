package dev.elastigres.monitor;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/// Waits for a condition by polling.
public final class Await {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(5);

    private Await() {}

    public static void until(String what, Callable<Boolean> condition) throws Exception {
        until(what, condition, () -> "");
    }

    /// @param story additional text of a failure
    public static void until(String what, Callable<Boolean> condition, Callable<String> story)
            throws Exception {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (!condition.call()) {
            if (System.nanoTime() - deadline > 0)
                throw new AssertionError(
                        "not within %d s: %s%n%s"
                                .formatted(TIMEOUT.toSeconds(), what, story.call()));
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
