package dev.elastigres.simulation.trace;

import dev.elastigres.core.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Load that a monitoring system measured, from separate series of CPU use and memory.
///
/// A value holds until the next one, but not for longer than [#MAX_AGE] or three times the usual
/// interval of the series. Time for which CPU or memory is unknown is left out, so the trace is
/// shorter than the time that it spans: no demand is invented, and none is counted as zero.
///
/// @param trace the load, from second 0
/// @param missingSeconds time between the first and the last value that is left out
public record MeasuredLoad(LoadTrace trace, long missingSeconds) {
    /// Seconds for which a value holds at least when no other follows.
    public static final long MAX_AGE = 300;

    private static final int MAX_INTERVALS = 3;

    /// Doubles hold whole numbers up to here; no machine has as many bytes.
    private static final double MAX = 0x1p53;

    /// Joins series, whose keys are Unix times in seconds. Values that are negative or not finite
    /// count as absent.
    ///
    /// @param cpus CPU-seconds per second
    /// @param memory memory that the kernel could not reclaim, in bytes
    /// @param cached page cache in active use, in bytes; may be empty
    /// @throws TraceException if less than two values of CPU use and memory are at the same time,
    ///     or if the trace is longer than [LoadTrace#MAX_LENGTH]
    public static MeasuredLoad of(
            Map<Long, Double> cpus, Map<Long, Double> memory, Map<Long, Double> cached)
            throws TraceException {
        var cpuSeries = valid(cpus);
        var memorySeries = valid(memory);
        var cachedSeries = valid(cached);
        SortedSet<Long> times = new TreeSet<>(cpuSeries.keySet());
        times.addAll(memorySeries.keySet());
        long interval = Math.max(interval(cpuSeries), interval(memorySeries));
        long maxAge = Math.max(MAX_AGE, MAX_INTERVALS * interval);

        var samples = new ArrayList<TracePoint>();
        long second = 0;
        long missing = 0;
        var each = times.iterator();
        for (long time = each.hasNext() ? each.next() : 0; each.hasNext(); ) {
            long next = each.next();
            long length = next - time;
            Map.Entry<Long, Double> cpu = cpuSeries.floorEntry(time);
            Map.Entry<Long, Double> used = memorySeries.floorEntry(time);
            if (cpu == null
                    || used == null
                    || time - cpu.getKey() > maxAge
                    || time - used.getKey() > maxAge) {
                if (!samples.isEmpty()) missing += length;
            } else {
                Map.Entry<Long, Double> cache = cachedSeries.floorEntry(time);
                samples.add(
                        new TracePoint(
                                second,
                                cpu.getValue(),
                                bytes(used.getValue()),
                                bytes(cache == null ? 0 : cache.getValue())));
                long held = length > maxAge ? interval : length;
                second += held;
                missing += length - held;
            }
            time = next;
        }
        if (samples.isEmpty()) throw new TraceException("CPU and memory are never known together");
        TracePoint last = samples.getLast();
        samples.add(new TracePoint(second, last.cpus(), last.memory(), last.workingSet()));
        try {
            return new MeasuredLoad(new LoadTrace(samples), missing);
        } catch (IllegalArgumentException e) {
            throw new TraceException(String.valueOf(e.getMessage()));
        }
    }

    private static NavigableMap<Long, Double> valid(Map<Long, Double> series) {
        var valid = new TreeMap<Long, Double>();
        series.forEach(
                (time, value) -> {
                    if (value >= 0 && value <= MAX) valid.put(time, value);
                });
        return valid;
    }

    private static Bytes bytes(double value) {
        return new Bytes((long) value);
    }

    private static long interval(NavigableMap<Long, Double> series) {
        return interval(List.copyOf(series.keySet()));
    }

    /// Returns the usual time between two values, in seconds: the median; 1 for less than two.
    ///
    /// @param times Unix times of the values, in seconds and ascending
    public static long interval(List<Long> times) {
        if (times.size() < 2) return 1;
        var between = new ArrayList<Long>();
        for (int i = 1; i < times.size(); i++) between.add(times.get(i) - times.get(i - 1));
        between.sort(null);
        return between.get(between.size() / 2);
    }
}
