package dev.elastigres.core.monitor;

/// The newest samples and their average. Mutable, with a single owner, because it serves a loop
/// that must not allocate.
public final class SampleWindow {
    private final long[] samples;
    private int next;
    private int size;
    private long sum;

    /// @param capacity number of samples in the average, at least 1
    public SampleWindow(int capacity) {
        if (capacity < 1) throw new IllegalArgumentException("no samples to average: " + capacity);
        samples = new long[capacity];
    }

    /// Adds a sample in bytes. A full window drops its oldest sample.
    public void add(long bytes) {
        if (size == samples.length) sum -= samples[next];
        else size++;
        samples[next] = bytes;
        sum += bytes;
        next = (next + 1) % samples.length;
    }

    /// Returns the average in bytes of the samples in the window, which are fewer than its capacity
    /// at the start; 0 without any.
    public long average() {
        return size == 0 ? 0 : sum / size;
    }

    public int size() {
        return size;
    }

    public void clear() {
        next = 0;
        size = 0;
        sum = 0;
    }
}
