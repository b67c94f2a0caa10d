package dev.elastigres.monitor.watch;

/// Calls what is to be done again and again, each time when it is due. It is always the same
/// thread.
public sealed interface Pulse permits OwnThread, SharedThread.Member {

    /// What is called.
    interface Beat {
        /// Returns when the next call is due, by the monotonic clock.
        long beat();

        /// After the last one.
        void end();
    }

    /// From now on.
    void start(Beat beat);

    /// Once before it is due, as soon as may be.
    void hurry();

    boolean isAlive();

    /// Returns when the last call is over, or half a second later.
    void stop();
}
