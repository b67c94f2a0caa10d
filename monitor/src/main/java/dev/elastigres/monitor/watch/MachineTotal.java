package dev.elastigres.monitor.watch;

import java.nio.file.Path;

/// Total memory of the machine, `MemTotal` of `/proc/meminfo`, and its available memory.
public final class MachineTotal implements MemoryTotal {
    private static final long KIBIBYTE = 1024;
    private static final int TOTAL = 0;
    private static final int AVAILABLE = 1;
    private static final int DIRTY = 2;
    private static final int WRITEBACK = 3;

    private final PolledFile meminfo;
    private final KeyedNumberReader figures =
            new KeyedNumberReader("MemTotal:", "MemAvailable:", "Dirty:", "Writeback:");

    private long available = KeyedNumbers.ABSENT;

    public MachineTotal(Path meminfo) {
        this.meminfo = new PolledFile(meminfo);
    }

    @Override
    public long readBytes(long nanoTime, ReadBuffer scratch) throws KernelReadException {
        figures.read(meminfo.read(nanoTime, scratch), scratch);
        long total = figures.bytes(TOTAL, KIBIBYTE, meminfo.path());
        if (total == KeyedNumbers.ABSENT)
            throw new KernelReadException(meminfo.path() + " has no complete MemTotal");
        available = figures.bytes(AVAILABLE, KIBIBYTE, meminfo.path());
        if (available != KeyedNumbers.ABSENT) available = Math.max(0, available - unwritten());
        return total;
    }

    private long unwritten() throws KernelReadException {
        return figures.bytesOrZero(DIRTY, KIBIBYTE, meminfo.path())
                + figures.bytesOrZero(WRITEBACK, KIBIBYTE, meminfo.path());
    }

    @Override
    public long availableBytes() {
        return available;
    }

    @Override
    public String description() {
        return meminfo.path().toString();
    }

    @Override
    public void close() {
        meminfo.close();
    }
}
