package dev.elastigres.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/// Durations of one kind, in nanoseconds; below zero where something came before what it is timed
/// from. One owner.
final class LatencySamples {
    private final long[] nanos;
    private int size;
    private boolean sorted;

    /// @param capacity the most that can be added
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

    /// The smallest sample that at least `percent` % of all are not above (nearest rank): always
    /// one that was measured.
    ///
    /// @param percent above 0, at most 100
    long percentile(double percent) {
        if (size == 0) throw new IllegalStateException("nothing was measured");
        if (!(percent > 0 && percent <= 100))
            throw new IllegalArgumentException("not a percentage: " + percent);
        if (!sorted) Arrays.sort(nanos, 0, size);
        sorted = true;
        // A product such as 99.9 × 1000 is not exact: a rank must not rise by that.
        int rank = (int) Math.ceil(percent * size / 100 - 1e-6);
        return nanos[rank - 1];
    }

    long max() {
        return percentile(100);
    }

    /// What [#columns] are.
    static String titles() {
        return "%4s %10s %10s".formatted("n", "p50 ms", "max ms");
    }

    /// How many, the median and the largest, for people.
    String columns() {
        return String.format(
                Locale.ROOT, "%4d %10.1f %10.1f", size, millis(percentile(50)), millis(max()));
    }

    /// The same as members of an object.
    void write(JsonGenerator json) throws IOException {
        json.writeNumberField("n", size);
        json.writeNumberField("p50_ms", millis(percentile(50)));
        json.writeNumberField("max_ms", millis(max()));
    }

    /// A sample in milliseconds, with one decimal: finer than that no VM is.
    static double millis(long nanos) {
        return RoundedNumbers.tenths(nanos / 1e6);
    }
}
