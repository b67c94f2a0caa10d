package dev.elastigres.harness;

import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A shutdown hook that lets a command clean up: it asks the command to stop, and delays the end
/// of the process until it has, but for 40 seconds at most.
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

    /// Installs the hook.
    ///
    /// @param stop asks the command to end; must not block
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

    /// Returns whether this process is shutting down.
    public boolean hasBegun() {
        return begun;
    }

    /// Sets the exit code of a command that has ended by itself, even if a signal follows.
    public void exitWith(int code) {
        exitCode = OptionalInt.of(code);
    }

    /// Reports that the cleanup is complete, and removes the hook.
    @Override
    public void close() {
        cleaned.countDown();
        if (begun) return;
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The shutdown has just begun, and the hook no longer delays it.
        }
    }
}
