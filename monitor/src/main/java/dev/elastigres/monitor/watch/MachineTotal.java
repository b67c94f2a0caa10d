package dev.elastigres.monitor.watch;

import java.nio.file.Path;

/// All of the machine: `MemTotal` of `/proc/meminfo`, and what is available of it.
public final class MachineTotal implements MemoryTotal {
    private static final int TOTAL = 0;
    private static final int AVAILABLE = 1;
    private static final int DIRTY = 2;
    private static final int WRITEBACK = 3;

    private final PolledFile meminfo;
    private final KeyedFigures figures =
            new KeyedFigures("MemTotal:", "MemAvailable:", "Dirty:", "Writeback:");

    public MachineTotal(Path meminfo) {
        this(new PolledFile(meminfo));
    }

    MachineTotal(PolledFile meminfo) {
        this.meminfo = meminfo;
    }

    @Override
    public long readBytes(long nanoTime) throws UnreadableException {
        figures.read(meminfo.read(nanoTime));
        long kibibytes = figures.get(TOTAL);
        if (kibibytes == KeyedNumbers.ABSENT)
            throw new UnreadableException(meminfo.path() + " has no complete MemTotal");
        return kibibytes * 1024;
    }

    @Override
    public long availableBytes() {
        long available = figures.get(AVAILABLE);
        if (available == KeyedNumbers.ABSENT) return available;
        return 1024 * Math.max(0, available - figures.orZero(DIRTY) - figures.orZero(WRITEBACK));
    }

    @Override
    public void close() {
        meminfo.close();
    }
}
