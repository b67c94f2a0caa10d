package dev.elastigres.node;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// Releases a latch once a line was printed.
public final class FirstLineLatch {
    private FirstLineLatch() {}

    /// Returns a stream that prints to `to` and releases `latch` once a line was printed.
    public static PrintStream on(PrintStream to, CountDownLatch latch) {
        return new PrintStream(to, true, StandardCharsets.UTF_8) {
            @Override
            public void println(@Nullable String line) {
                super.println(line);
                latch.countDown();
            }
        };
    }
}
