package dev.elastigres.monitor.watch;

/// How memory is watched.
///
/// @param report after how many samples the listener is told that there were some; 0 for never
public record WatchConfig(Sampling sampling, int report) {
    public WatchConfig {
        if (report < 0) throw new IllegalArgumentException("not a number of samples: " + report);
    }
}
