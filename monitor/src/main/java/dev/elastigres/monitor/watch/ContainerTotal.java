package dev.elastigres.monitor.watch;

import dev.elastigres.core.units.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// All that a container may have: the least of its own `memory.max`, its pod's, and the machine's
/// memory where neither has one. What is available is the rest of that limit, with all that the
/// kernel could drop at once.
public final class ContainerTotal implements MemoryTotal {
    private static final long NONE = Long.MAX_VALUE;
    private static final byte[] NO_LIMIT = "max\n".getBytes(StandardCharsets.US_ASCII);

    private final CgroupLevel container;
    private final CgroupLevel pod;
    private final MachineTotal machine;
    private long available = KeyedNumbers.ABSENT;
    private volatile Optional<ContainerMemory> room = Optional.empty();

    /// What a container may have, and what is left of it; and its page cache, where known.
    public record ContainerMemory(Bytes total, Optional<Bytes> available) {}

    /// @param container its cgroup's folder, in that of its pod
    public ContainerTotal(Path container, Path meminfo) {
        this.container = new CgroupLevel(container);
        this.pod = new CgroupLevel(container.resolve(".."));
        this.machine = new MachineTotal(meminfo);
    }

    @Override
    public long readBytes(long nanoTime, ReadBuffer scratch) throws KernelReadException {
        try {
            long total = read(nanoTime, scratch);
            room = Optional.of(new ContainerMemory(new Bytes(total), left()));
            return total;
        } catch (KernelReadException e) {
            room = Optional.empty();
            throw e;
        }
    }

    private long read(long nanoTime, ReadBuffer scratch) throws KernelReadException {
        long own = container.limit(nanoTime, scratch);
        long pods = pod.limit(nanoTime, scratch);
        if (own == NONE && pods == NONE) {
            long total = machine.readBytes(nanoTime, scratch);
            available = machine.availableBytes();
            return total;
        }
        // A pod that has more than this one leaves it all of its own.
        available =
                own <= pods
                        ? container.available(own, nanoTime, scratch)
                        : Math.min(
                                pod.available(pods, nanoTime, scratch),
                                own == NONE ? NONE : container.available(own, nanoTime, scratch));
        return Math.min(own, pods);
    }

    private Optional<Bytes> left() {
        return available == KeyedNumbers.ABSENT
                ? Optional.empty()
                : Optional.of(new Bytes(available));
    }

    @Override
    public long availableBytes() {
        return available;
    }

    @Override
    public String description() {
        return "the limits of cgroup " + container.folder;
    }

    /// As last read; empty when that failed. Any thread may ask.
    public Optional<ContainerMemory> room() {
        return room;
    }

    @Override
    public void close() {
        container.close();
        pod.close();
        machine.close();
    }

    /// One cgroup's limit, and what is left of it.
    private static final class CgroupLevel implements AutoCloseable {
        private static final int ACTIVE_FILE = 0;
        private static final int INACTIVE_FILE = 1;
        private static final int SLAB = 2;
        private static final int DIRTY = 3;
        private static final int WRITEBACK = 4;

        private final Path folder;
        private final PolledFile max;
        private final PolledFile current;
        private final PolledFile stat;
        private final KeyedNumberReader figures =
                new KeyedNumberReader(
                        "active_file",
                        "inactive_file",
                        "slab_reclaimable",
                        "file_dirty",
                        "file_writeback");

        CgroupLevel(Path cgroup) {
            folder = cgroup.normalize();
            max = new PolledFile(folder.resolve("memory.max"));
            current = new PolledFile(folder.resolve("memory.current"));
            stat = new PolledFile(folder.resolve("memory.stat"));
        }

        /// [#NONE] where there is none.
        long limit(long nanoTime, ReadBuffer scratch) throws KernelReadException {
            ByteBuffer text = max.read(nanoTime, scratch);
            if (text.equals(ByteBuffer.wrap(NO_LIMIT))) return NONE;
            return number(max, text);
        }

        /// Of a group that has more than its limit, as one may while that comes down: nothing.
        long available(long limit, long nanoTime, ReadBuffer scratch) throws KernelReadException {
            long used = number(current, current.read(nanoTime, scratch));
            figures.read(stat.read(nanoTime, scratch), scratch);
            long droppable =
                    bytes(ACTIVE_FILE)
                            + bytes(INACTIVE_FILE)
                            + bytes(SLAB)
                            - bytes(DIRTY)
                            - bytes(WRITEBACK);
            return Math.max(0, limit - used + Math.max(0, droppable));
        }

        private long bytes(int index) throws KernelReadException {
            return figures.bytesOrZero(index, 1, stat.path());
        }

        private static long number(PolledFile file, ByteBuffer text) throws KernelReadException {
            long number = KeyedNumbers.number(text, 0, text.limit());
            if (number == KeyedNumbers.ABSENT)
                throw new KernelReadException(file.path() + " has no number");
            if (number > KeyedNumbers.MAX_BYTES)
                throw new KernelReadException(file.path() + " is implausible: " + number);
            return number;
        }

        @Override
        public void close() {
            max.close();
            current.close();
            stat.close();
        }
    }
}
