package dev.elastigres.core.monitor;

/// The newest samples, and their average. Made for a loop that must not allocate, so it is mutable
/// and has one owner.
public final class SampleWindow {
    private final long[] samples;
    private int next;
    private int size;
    private long sum;

    /// @param capacity how many samples the average is made of, at least 1
    public SampleWindow(int capacity) {
        if (capacity < 1) throw new IllegalArgumentException("no samples to average: " + capacity);
        samples = new long[capacity];
    }

    /// Adds a sample in bytes; the oldest goes when the window is full.
    public void add(long bytes) {
        if (size == samples.length) sum -= samples[next];
        else size++;
        samples[next] = bytes;
        sum += bytes;
        next = (next + 1) % samples.length;
    }

    /// Of all samples in the window, fewer than its capacity at the start; 0 without any.
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
