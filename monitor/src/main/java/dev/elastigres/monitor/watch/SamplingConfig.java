package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.SamplingIntervalRules;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// When samples are taken, and what is made of them.
public sealed interface SamplingConfig {

    /// At a fixed period; what counts is the average of the newest.
    ///
    /// @param interval the period of the samples, 1 ms to 1 min
    /// @param window how many samples the rolling average is made of, 1 to 10,000
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

    /// Seldom while all is calm, often when the threshold is near; what counts is what is foreseen.
    ///
    /// @param reserve the kernel's memory for which the threshold allows already
    record Adaptive(SamplingIntervalRules pace, Bytes reserve) implements SamplingConfig {}
}
