package dev.elastigres.harness;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lets a command clean up when this process is told to end: asks it to stop, and holds the process
/// until it has.
public final class ShutdownHook implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(40);

    private final Runnable stop;
    private final CountDownLatch cleaned = new CountDownLatch(1);
    private final Thread hook;
    private volatile OptionalInt exitCode = OptionalInt.empty();
    private volatile boolean begun;

    private ShutdownHook(Runnable stop) {
        this.stop = stop;
        hook = Thread.ofPlatform().name("at-end").unstarted(this::end);
    }

    /// @param stop asks the command to end; returns at once
    public static ShutdownHook run(Runnable stop) {
        var atEnd = new ShutdownHook(stop);
        Runtime.getRuntime().addShutdownHook(atEnd.hook);
        return atEnd;
    }

    private void end() {
        begun = true;
        stop.run();
        try {
            var _ = cleaned.await(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        exitCode.ifPresent(code -> Runtime.getRuntime().halt(code));
    }

    /// Whether this process is ending.
    public boolean hasBegun() {
        return begun;
    }

    /// The command came to its own end, whatever signal followed: the process says so.
    public void exitWith(int code) {
        exitCode = OptionalInt.of(code);
    }

    /// All is cleaned up.
    @Override
    public void close() {
        cleaned.countDown();
        if (begun) return;
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // Ending since just now: nothing holds it any more.
        }
    }
}
