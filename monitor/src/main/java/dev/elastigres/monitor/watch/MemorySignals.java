package dev.elastigres.monitor.watch;

import java.util.Optional;

/// What the kernel says of a cgroup's memory, beside how much it is.
public sealed interface MemorySignals extends AutoCloseable
        permits KernelMemorySignals, PolledMemorySignals {

    /// Is called on a thread of its own, or on one that must not wait.
    interface MemorySignalListener {
        /// Tasks wait for memory.
        void pressed();

        /// The kernel killed `more` processes of the cgroup.
        void killed(long more);

        /// Something else happened to the cgroup's memory: worth a look.
        void moved();

        /// Why nothing, or not all, will be heard. Told once.
        void deaf(String why);

        /// Nothing will be heard any more, by a bug.
        void failed(Throwable bug);
    }

    void start();

    /// Processes that the kernel killed since this was started.
    long oomKills();

    /// Why nothing is heard of what the kernel says; empty when all is, or when it was told that it
    /// cannot be.
    Optional<String> problem();

    @Override
    void close();
}
