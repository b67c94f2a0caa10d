package dev.elastigres.daemon.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// How often something took how long. For any thread.
public final class Histogram {
    private final String labels;
    private final double[] bounds;
    private final AtomicLongArray counts;
    private final AtomicLong nanos = new AtomicLong();

    /// @param bounds the longest time that each bucket takes, in seconds, rising; there is one more
    ///     bucket for what takes longer
    /// @param labels names and values in turn
    public Histogram(double[] bounds, String... labels) {
        this.bounds = bounds.clone();
        this.labels = MetricsWriter.labels(labels);
        counts = new AtomicLongArray(bounds.length + 1);
        for (int i = 1; i < bounds.length; i++)
            if (bounds[i] <= bounds[i - 1])
                throw new IllegalArgumentException("bounds do not rise: " + bounds[i]);
    }

    public void observe(Duration time) {
        double seconds = time.toNanos() / 1e9;
        int bucket = 0;
        while (bucket < bounds.length && seconds > bounds[bucket]) bucket++;
        counts.incrementAndGet(bucket);
        nanos.addAndGet(time.toNanos());
    }

    /// Writes its samples into the family that was begun last.
    public void write(MetricsWriter page) {
        var now = new long[counts.length()];
        for (int i = 0; i < now.length; i++) now[i] = counts.get(i);
        page.buckets(bounds, now, nanos.get() / 1e9, labels);
    }
}
