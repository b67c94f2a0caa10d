package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.SamplingIntervalRules;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// When samples are taken and how they are combined.
public sealed interface SamplingConfig {

    /// Samples at a fixed interval; the average of the newest is used.
    ///
    /// @param interval time between samples, 1 ms to 1 min
    /// @param window number of samples in the moving average, 1 to 10,000
    record Fixed(Duration interval, int window) implements SamplingConfig {
        public static final Fixed DEFAULT = new Fixed(Duration.ofMillis(100), 5);

        public Fixed {
            if (interval.compareTo(Duration.ofMillis(1)) < 0
                    || interval.compareTo(Duration.ofMinutes(1)) > 0)
                throw new IllegalArgumentException("sample interval out of range: " + interval);
            if (window < 1 || window > 10_000)
                throw new IllegalArgumentException("sample window out of range: " + window);
        }
    }

    /// Few samples far below the threshold, many near it; the forecast is used.
    ///
    /// @param pace rules of the sampling interval
    /// @param reserve memory of the kernel that the threshold already accounts for
    record Adaptive(SamplingIntervalRules pace, Bytes reserve) implements SamplingConfig {}
}
