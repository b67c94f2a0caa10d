package dev.elastigres.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/// Durations of one kind, in nanoseconds. They are negative if an event came before its reference
/// event. Not thread-safe.
final class LatencySamples {
    private final long[] nanos;
    private int size;
    private boolean sorted;

    /// @param capacity maximum number of samples
    LatencySamples(int capacity) {
        nanos = new long[capacity];
    }

    void add(long duration) {
        nanos[size++] = duration;
        sorted = false;
    }

    int size() {
        return size;
    }

    /// Returns the smallest sample that at least `percent` % of all samples do not exceed
    /// (nearest-rank percentile). It is always a measured value.
    ///
    /// @param percent above 0, at most 100
    long percentile(double percent) {
        if (size == 0) throw new IllegalStateException("nothing was measured");
        if (!(percent > 0 && percent <= 100))
            throw new IllegalArgumentException("not a percentage: " + percent);
        if (!sorted) Arrays.sort(nanos, 0, size);
        sorted = true;
        // A product such as 99.9 × 1000 is not exact, and its error must not raise the rank.
        int rank = (int) Math.ceil(percent * size / 100 - 1e-6);
        return nanos[rank - 1];
    }

    long max() {
        return percentile(100);
    }

    /// Returns the titles of [#columns].
    static String titles() {
        return "%4s %10s %10s".formatted("n", "p50 ms", "max ms");
    }

    /// Returns the number of samples, their median and their maximum as text.
    String columns() {
        return String.format(
                Locale.ROOT, "%4d %10.1f %10.1f", size, millis(percentile(50)), millis(max()));
    }

    /// Writes the number of samples, their median and their maximum as JSON members.
    void write(JsonGenerator json) throws IOException {
        json.writeNumberField("n", size);
        json.writeNumberField("p50_ms", millis(percentile(50)));
        json.writeNumberField("max_ms", millis(max()));
    }

    /// Returns a sample in milliseconds, rounded to one decimal. Measurements of VMs are not more
    /// precise than that.
    static double millis(long nanos) {
        return RoundedNumbers.tenths(nanos / 1e6);
    }
}
