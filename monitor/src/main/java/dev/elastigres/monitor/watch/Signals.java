package dev.elastigres.monitor.watch;

/// What the kernel says of a cgroup's memory, beside how much it is.
public sealed interface Signals extends AutoCloseable permits KernelSignals, PolledSignals {

    /// Is called on a thread of its own, or on one that must not wait.
    interface Listener {
        /// Tasks wait for memory.
        void pressed();

        /// The kernel killed `more` processes of the cgroup.
        void killed(long more);

        /// Something else happened to the cgroup's memory: worth a look.
        void moved();

        /// Why nothing, or not all, will be heard. Told once.
        void deaf(String why);
    }

    void start();

    /// Processes that the kernel killed since this was started.
    long oomKills();

    @Override
    void close();
}
