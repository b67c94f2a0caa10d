package dev.elastigres.monitor.watch;

/// Combines samples into the usage that decisions use, and schedules the next sample. Owned by the
/// sampling thread; its methods allocate nothing.
sealed interface SamplingPolicy permits FixedSamplingPolicy, AdaptiveSamplingPolicy {

    static SamplingPolicy of(SamplingConfig sampling) {
        // Not a switch, which would load a class before the monitor listens.
        return sampling instanceof SamplingConfig.Fixed fixed
                ? new FixedSamplingPolicy(fixed)
                : new AdaptiveSamplingPolicy((SamplingConfig.Adaptive) sampling);
    }

    /// Adds a sample of usage and of the kernel's memory for it, in bytes.
    void take(long now, long usage, long kernel, WatchTarget target);

    /// Forgets all samples: the next one begins another series.
    void clear();

    /// Returns the usage in bytes that is compared with limits: current, or as forecast.
    long used();

    void write(LatestUsage board, long now);

    /// Returns when the next sample is due.
    ///
    /// @param due when this sample was due
    /// @param now the current time
    /// @param took how long this sample took, in nanoseconds
    long nextAfter(long due, long now, long took);

    /// Returns whether a sample may be taken before it is due.
    boolean allowsEarlySample();

    /// Returns the minimum interval between readings of the machine's figures, in nanoseconds;
    /// above 0.
    long machineReadInterval();
}
