package dev.elastigres.daemon.metrics;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/// A histogram of durations. Thread-safe.
public final class Histogram {
    private final String labels;
    private final double[] bounds;
    private final AtomicLongArray counts;
    private final AtomicLong nanos = new AtomicLong();

    /// Creates a histogram.
    ///
    /// @param bounds upper bounds of the buckets in seconds, ascending; one more bucket counts
    ///     longer durations
    /// @param labels alternating label names and values
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

    /// Writes the samples into the metric family that was begun last.
    ///
    /// @param page the metrics page
    public void write(MetricsWriter page) {
        var now = new long[counts.length()];
        for (int i = 0; i < now.length; i++) now[i] = counts.get(i);
        page.buckets(bounds, now, nanos.get() / 1e9, labels);
    }
}
