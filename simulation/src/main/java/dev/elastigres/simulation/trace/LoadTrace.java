package dev.elastigres.simulation.trace;

import java.util.List;

/// Load over time.
///
/// @param samples at least two points in ascending order of time, over at most [#MAX_LENGTH]
///     seconds; the last point only ends the trace
public record LoadTrace(List<TracePoint> samples) {
    /// Four weeks, in seconds.
    public static final long MAX_LENGTH = 28L * 24 * 3600;

    public LoadTrace {
        samples = List.copyOf(samples);
        if (samples.size() < 2)
            throw new IllegalArgumentException("a load over time has at least two samples");
        for (int i = 1; i < samples.size(); i++)
            if (samples.get(i).second() <= samples.get(i - 1).second())
                throw new IllegalArgumentException(
                        "time does not go on at " + samples.get(i).second() + " s");
        if (samples.getLast().second() - samples.getFirst().second() > MAX_LENGTH)
            throw new IllegalArgumentException(
                    "it lasts longer than " + MAX_LENGTH / 86_400 + " days");
    }

    long seconds() {
        return samples.getLast().second() - samples.getFirst().second();
    }
}
