package dev.elastigres.harness;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// How processes of ours are ended.
public final class ProcessTermination {
    private ProcessTermination() {}

    /// Tells it to stop, and makes it when it does not within `limit`.
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
