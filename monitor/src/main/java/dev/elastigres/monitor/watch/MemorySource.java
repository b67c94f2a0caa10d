package dev.elastigres.monitor.watch;

/// Where the memory of one Postgres is read from. One thread at a time owns it.
public sealed interface MemorySource extends AutoCloseable permits CgroupMemory, ProcessTree {

    /// Memory in bytes that Postgres uses and the kernel cannot reclaim, shared memory included and
    /// page cache not.
    ///
    /// @param nanoTime the current time of the monotonic clock
    /// @param scratch of the thread that reads
    long read(long nanoTime, ReadBuffer scratch) throws KernelReadException;

    /// Memory in bytes that the kernel itself takes for Postgres and cannot reclaim, as far as it
    /// says; found by the last [#read].
    long kernel();

    /// Changes when what is read now is not what was read before: a cgroup made anew, another
    /// postmaster. Samples of different generations say nothing together.
    int generation();

    /// For people: `cgroup /sys/fs/cgroup/neon-postgres`.
    String description();

    @Override
    void close();
}
