package dev.elastigres.monitor.watch;

import java.util.Optional;

/// Signals of the kernel about a cgroup's memory, in addition to its usage.
public sealed interface MemorySignals extends AutoCloseable
        permits KernelMemorySignals, PolledMemorySignals {

    /// Receives the signals. Called on a thread of the implementation or on a shared one, and must
    /// not block.
    interface MemorySignalListener {
        /// Called when tasks wait for memory.
        void pressureDetected();

        /// Called when the kernel has killed `more` processes of the cgroup.
        void killed(long more);

        /// Called after another memory event of the cgroup, which is a reason to sample now.
        void moved();

        /// Called once if the signals, or some of them, are not available.
        ///
        /// @param why a clause that names the cause
        void unavailable(String why);

        /// Called when the signals have ended because of a bug.
        void failed(Throwable bug);
    }

    /// Starts to wait for signals.
    void start();

    /// Returns the number of processes that the kernel killed since the start.
    long oomKills();

    /// Returns why signals do not arrive at present; empty if they do, or if they are known to be
    /// unavailable.
    Optional<String> problem();

    @Override
    void close();
}
