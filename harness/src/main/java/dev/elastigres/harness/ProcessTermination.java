package dev.elastigres.harness;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Ends child processes.
public final class ProcessTermination {
    private ProcessTermination() {}

    /// Sends SIGTERM, and kills the process if it does not end within `timeout`.
    public static void of(Process process, Duration timeout) {
        process.destroy();
        try {
            if (process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) return;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
