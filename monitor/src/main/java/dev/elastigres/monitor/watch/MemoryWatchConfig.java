package dev.elastigres.monitor.watch;

/// How memory is watched.
///
/// @param report after how many samples the listener is told that there were some; 0 for never
public record MemoryWatchConfig(SamplingConfig sampling, int report) {
    public MemoryWatchConfig {
        if (report < 0) throw new IllegalArgumentException("not a number of samples: " + report);
    }
}
