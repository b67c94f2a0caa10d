package dev.elastigres.monitor.watch;

import dev.elastigres.core.units.Bytes;

/// Source of the total memory that Postgres has, and of the part that is available. One thread at a
/// time may use it.
public sealed interface MemoryTotal extends AutoCloseable permits MachineTotal, ContainerTotal {

    /// Returns the total memory in bytes.
    ///
    /// @param nanoTime the current time of the monotonic clock
    /// @param scratch the buffer of the reading thread
    /// @throws KernelReadException if it cannot be read now
    long readBytes(long nanoTime, ReadBuffer scratch) throws KernelReadException;

    /// Returns the memory, in bytes, that could be allocated at once, as found by the last reading;
    /// pages that must be written first do not count. [KeyedNumbers#ABSENT] if the kernel does not
    /// report it.
    long availableBytes();

    /// Reads the total memory once, with a buffer of its own.
    ///
    /// @throws KernelReadException if it cannot be read now
    default Bytes read() throws KernelReadException {
        return new Bytes(readBytes(System.nanoTime(), ReadBuffer.create()));
    }

    /// Returns a readable name: `/proc/meminfo`.
    String description();

    @Override
    void close();
}
