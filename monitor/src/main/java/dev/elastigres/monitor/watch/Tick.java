package dev.elastigres.monitor.watch;

/// Periodic work of a [Ticker]. Successive ticks may run on different threads, but never at the
/// same time.
interface Tick {
    /// Does the due work.
    ///
    /// @param scratch the buffer of the calling thread
    /// @return when the next tick is due, by the monotonic clock
    long tick(ReadBuffer scratch);

    /// Called once, on another thread, if [#tick] runs for longer than [Ticker#STALL], because a
    /// file does not answer.
    default void stalled() {}

    /// Called after the last tick.
    void end();
}
