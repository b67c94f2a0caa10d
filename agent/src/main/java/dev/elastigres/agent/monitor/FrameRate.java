package dev.elastigres.agent.monitor;

import java.util.concurrent.TimeUnit;

/// Limits the frame rate of a monitor. A monitor needs a few frames a second. One that sends
/// without a pause, even empty frames, would keep the agent from serving other VMs. Used by one
/// thread at a time.
final class FrameRate {
    /// Maximum number of frames, or fragments of one, in a second.
    static final int MAX_PER_SECOND = 200;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long begun;
    private int count;

    /// Counts a frame. Returns false if there were too many.
    ///
    /// @param nanoTime monotonic time in nanoseconds
    boolean allows(long nanoTime) {
        if (count == MAX_PER_SECOND && nanoTime - begun >= SECOND) count = 0;
        if (count == 0) begun = nanoTime;
        count++;
        return count <= MAX_PER_SECOND;
    }
}
