package dev.elastigres.monitor.watch;

/// Source of the memory usage of one Postgres. One thread at a time may use it.
public sealed interface MemorySource extends AutoCloseable permits CgroupMemory, ProcessTree {

    /// Returns the memory, in bytes, that Postgres uses and the kernel cannot reclaim. Includes
    /// shared memory, excludes page cache.
    ///
    /// @param nanoTime the current time of the monotonic clock
    /// @param scratch the buffer of the reading thread
    /// @throws KernelReadException if it cannot be read now
    long read(long nanoTime, ReadBuffer scratch) throws KernelReadException;

    /// Returns the memory, in bytes, that the kernel itself uses for Postgres and cannot reclaim,
    /// as far as known; found by the last [#read].
    long kernel();

    /// Returns a number that changes when the source refers to something else than before: a
    /// recreated cgroup, another postmaster. Samples of different generations must not be combined.
    int generation();

    /// Returns a readable name: `cgroup /sys/fs/cgroup/neon-postgres`.
    String description();

    @Override
    void close();
}
