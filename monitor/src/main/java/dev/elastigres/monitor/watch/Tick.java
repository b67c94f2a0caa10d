package dev.elastigres.monitor.watch;

/// Periodic work of a [Ticker]. Its thread may change, and no two run it at the same time.
interface Tick {
    /// Does what is due.
    ///
    /// @param scratch of the thread that calls
    /// @return when the next tick is due, by the monotonic clock
    long tick(ReadBuffer scratch);

    /// Called on another thread, once, while [#tick] has not returned for longer than
    /// [Ticker#STALL]: a file does not answer.
    default void stalled() {}

    /// Called after the last tick.
    void end();
}
