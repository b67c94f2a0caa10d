package dev.elastigres.monitor.watch;

import dev.elastigres.core.units.Bytes;

/// The memory that Postgres really has, and how much of it could be given to anyone at once. One
/// thread at a time owns it.
public sealed interface MemoryTotal extends AutoCloseable permits MachineTotal, ContainerTotal {

    /// In bytes.
    ///
    /// @param nanoTime the current time of the monotonic clock
    /// @param scratch of the thread that reads
    long readBytes(long nanoTime, ReadBuffer scratch) throws KernelReadException;

    /// What could be had at once in bytes, found by the last reading; pages that must be written
    /// first do not count. [KeyedNumbers#ABSENT] when the kernel does not say.
    long availableBytes();

    default Bytes read() throws KernelReadException {
        return new Bytes(readBytes(System.nanoTime(), ReadBuffer.create()));
    }

    /// For people: `/proc/meminfo`.
    String description();

    @Override
    void close();
}
