package dev.elastigres.monitor.watch;

import java.time.Duration;

/// How memory is sampled.
///
/// @param interval the period of the samples, 1 ms to 1 min
/// @param window how many samples the rolling average is made of, 1 to 10,000
/// @param report after how many samples the listener is told that there were some; 0 for never
public record WatchConfig(Duration interval, int window, int report) {
    public static final WatchConfig DEFAULT = new WatchConfig(Duration.ofMillis(100), 5, 0);

    public WatchConfig {
        if (interval.compareTo(Duration.ofMillis(1)) < 0
                || interval.compareTo(Duration.ofMinutes(1)) > 0)
            throw new IllegalArgumentException("sample interval out of range: " + interval);
        if (window < 1 || window > 10_000)
            throw new IllegalArgumentException("sample window out of range: " + window);
        if (report < 0) throw new IllegalArgumentException("not a number of samples: " + report);
    }
}
