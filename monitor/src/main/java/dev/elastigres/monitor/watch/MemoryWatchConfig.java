package dev.elastigres.monitor.watch;

/// Configuration of the memory watcher.
///
/// @param sampling when samples are taken and how they are combined
/// @param report number of samples after which the listener is called; 0 for never
public record MemoryWatchConfig(SamplingConfig sampling, int report) {
    public MemoryWatchConfig {
        if (report < 0) throw new IllegalArgumentException("not a number of samples: " + report);
    }
}
