package dev.elastigres.monitor.watch;

import dev.elastigres.core.units.Bytes;
import java.nio.file.Path;

/// The memory that is really there: `MemTotal` of `/proc/meminfo`; and how much of it could be
/// given to anyone at once. One thread owns it.
public final class MemoryTotal implements AutoCloseable {
    private static final int TOTAL = 0;
    private static final int AVAILABLE = 1;
    private static final int DIRTY = 2;
    private static final int WRITEBACK = 3;

    private final PolledFile meminfo;
    private final KeyedFigures figures =
            new KeyedFigures("MemTotal:", "MemAvailable:", "Dirty:", "Writeback:");

    public MemoryTotal(Path meminfo) {
        this.meminfo = new PolledFile(meminfo);
    }

    /// In KiB, as the kernel writes it.
    long readKibibytes(long nanoTime) throws UnreadableException {
        figures.read(meminfo.read(nanoTime));
        long kibibytes = figures.get(TOTAL);
        if (kibibytes == KeyedNumbers.ABSENT)
            throw new UnreadableException(meminfo.path() + " has no complete MemTotal");
        return kibibytes;
    }

    /// What the kernel could give at once in KiB, found by the last reading; pages that must be
    /// written first do not count. [KeyedNumbers#ABSENT] when the kernel does not say.
    long availableKibibytes() {
        long available = figures.get(AVAILABLE);
        if (available == KeyedNumbers.ABSENT) return available;
        return Math.max(0, available - figures.orZero(DIRTY) - figures.orZero(WRITEBACK));
    }

    public Bytes read() throws UnreadableException {
        return Bytes.ofKibibytes(readKibibytes(System.nanoTime()));
    }

    @Override
    public void close() {
        meminfo.close();
    }
}
