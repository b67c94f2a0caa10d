package dev.elastigres.monitor.watch;

import dev.elastigres.core.units.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// Total memory of a container: the smaller `memory.max` of container and pod, or the machine's
/// memory if neither has a limit. Available memory is the unused part of that limit and what the
/// kernel can reclaim at once. A container without a limit also competes for the machine's: for
/// [#availableBytes] the machine's available memory counts then, and for [#room] its own usage.
public final class ContainerTotal implements MemoryTotal {
    private static final long NONE = Long.MAX_VALUE;
    private static final byte[] NO_LIMIT = "max\n".getBytes(StandardCharsets.US_ASCII);

    private final CgroupLevel container;
    private final Optional<CgroupLevel> pod;
    private final MachineTotal machine;
    private long available = KeyedNumbers.ABSENT;
    private Optional<Bytes> left = Optional.empty();
    private volatile Optional<ContainerMemory> room = Optional.empty();

    /// Memory of a container.
    ///
    /// @param total its limit
    /// @param available memory that it could still get; empty if unknown
    public record ContainerMemory(Bytes total, Optional<Bytes> available) {}

    private ContainerTotal(Path container, Optional<Path> pod, Path meminfo) {
        this.container = new CgroupLevel(container);
        this.pod = pod.map(CgroupLevel::new);
        this.machine = new MachineTotal(meminfo);
    }

    /// Returns the source of one container.
    ///
    /// @param container the directory of its cgroup, below that of its pod
    /// @param root the root of the hierarchy, which has no limits
    /// @param meminfo usually `/proc/meminfo`
    public static ContainerTotal of(Path container, Path root, Path meminfo) {
        Path pod = container.resolve("..").normalize();
        return new ContainerTotal(
                container,
                pod.equals(root.normalize()) ? Optional.empty() : Optional.of(pod),
                meminfo);
    }

    @Override
    public long readBytes(long nanoTime, ReadBuffer scratch) throws KernelReadException {
        try {
            long total = read(nanoTime, scratch);
            room = Optional.of(new ContainerMemory(new Bytes(total), left));
            return total;
        } catch (KernelReadException e) {
            room = Optional.empty();
            throw e;
        }
    }

    private long read(long nanoTime, ReadBuffer scratch) throws KernelReadException {
        long own = container.limit(nanoTime, scratch);
        long pods = pod.isEmpty() ? NONE : pod.get().limit(nanoTime, scratch);
        if (own == NONE && pods == NONE) {
            long total = machine.readBytes(nanoTime, scratch);
            available = machine.availableBytes();
            // Other programs' memory is not this container's load.
            left = Optional.of(new Bytes(container.available(total, nanoTime, scratch)));
            return total;
        }
        // If the container's limit is the smaller one, the pod's does not matter.
        available =
                own <= pods
                        ? container.available(own, nanoTime, scratch)
                        : Math.min(
                                pod.orElseThrow().available(pods, nanoTime, scratch),
                                own == NONE ? NONE : container.available(own, nanoTime, scratch));
        left = Optional.of(new Bytes(available));
        return Math.min(own, pods);
    }

    @Override
    public long availableBytes() {
        return available;
    }

    @Override
    public String description() {
        return "the limits of cgroup " + container.folder;
    }

    /// Returns the memory as last read; empty if that failed. Any thread may call it.
    public Optional<ContainerMemory> room() {
        return room;
    }

    @Override
    public void close() {
        container.close();
        pod.ifPresent(CgroupLevel::close);
        machine.close();
    }

    /// The limit and the available memory of one cgroup.
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

        /// Returns the limit in bytes; [#NONE] if there is none.
        long limit(long nanoTime, ReadBuffer scratch) throws KernelReadException {
            ByteBuffer text = max.read(nanoTime, scratch);
            if (text.equals(ByteBuffer.wrap(NO_LIMIT))) return NONE;
            return number(max, text);
        }

        /// Returns the available memory in bytes; 0 if usage is above the limit, as it may be while
        /// the limit is lowered.
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
            if (number < 0) throw new KernelReadException(file.path() + " has no number");
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
