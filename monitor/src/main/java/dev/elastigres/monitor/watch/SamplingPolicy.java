package dev.elastigres.monitor.watch;

/// Makes of samples what is known of usage, and says when the next is due. The sampling thread owns
/// it; nothing here allocates.
sealed interface SamplingPolicy permits FixedSamplingPolicy, AdaptiveSamplingPolicy {

    static SamplingPolicy of(SamplingConfig sampling) {
        // No switch: the class behind one would be made before the monitor listens.
        return sampling instanceof SamplingConfig.Fixed fixed
                ? new FixedSamplingPolicy(fixed)
                : new AdaptiveSamplingPolicy((SamplingConfig.Adaptive) sampling);
    }

    /// Takes a sample of usage and of the kernel's memory for it, in bytes.
    void take(long now, long usage, long kernel, WatchTarget target);

    /// What is read next belongs to another series.
    void clear();

    /// What usage is, or will be as far as it is foreseen: what limits are compared with.
    long used();

    void write(LatestUsage board, long now);

    /// When the next sample is due.
    ///
    /// @param due when this one was
    /// @param took how long this one took, in nanoseconds
    long nextAfter(long due, long now, long took);

    /// Whether a sample may be taken before it is due.
    boolean mayHurry();

    /// For how long the machine's figures need not be read again, in nanoseconds; above 0.
    long machineEvery();
}
