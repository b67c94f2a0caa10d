package dev.elastigres.agent.monitor;

import java.util.concurrent.TimeUnit;

/// Limits how much a monitor sends. It answers and asks a few times a second at most; one that
/// sends without a pause, even frames without content, would keep the agent of all other VMs
/// busy. For one thread at a time.
final class FrameRate {
    /// Frames, or parts of one.
    static final int MAX_PER_SECOND = 200;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long begun;
    private int count;

    /// Counts one more. False when there are too many.
    ///
    /// @param nanoTime by the monotonic clock
    boolean allows(long nanoTime) {
        if (count == MAX_PER_SECOND && nanoTime - begun >= SECOND) count = 0;
        if (count == 0) begun = nanoTime;
        count++;
        return count <= MAX_PER_SECOND;
    }
}
