package dev.elastigres.monitor.watch;

import dev.elastigres.core.units.Bytes;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The memory that is really there: `MemTotal` of `/proc/meminfo`. One thread owns it.
public final class MemoryTotal implements AutoCloseable {
    private static final byte[] MEM_TOTAL = KeyedNumbers.key("MemTotal:");

    private final PolledFile meminfo;

    public MemoryTotal(Path meminfo) {
        this.meminfo = new PolledFile(meminfo);
    }

    /// In KiB, as the kernel writes it.
    long readKibibytes(long nanoTime) throws UnreadableException {
        ByteBuffer text = meminfo.read(nanoTime);
        long kibibytes = KeyedNumbers.find(text, MEM_TOTAL);
        if (kibibytes == KeyedNumbers.ABSENT)
            throw new UnreadableException(meminfo.path() + " has no complete MemTotal");
        return kibibytes;
    }

    public Bytes read() throws UnreadableException {
        return Bytes.ofKibibytes(readKibibytes(System.nanoTime()));
    }

    @Override
    public void close() {
        meminfo.close();
    }
}
