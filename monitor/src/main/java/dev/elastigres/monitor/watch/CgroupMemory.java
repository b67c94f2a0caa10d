package dev.elastigres.monitor.watch;

import dev.elastigres.daemon.metrics.KernelText;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Memory of a cgroup v2: `active_anon + inactive_anon` of its `memory.stat`, which includes shared
/// buffers and excludes page cache. The kernel's part is page tables, stacks and unreclaimable
/// slab.
public final class CgroupMemory implements MemorySource {
    private static final int ACTIVE = 0;
    private static final int INACTIVE = 1;
    private static final int PAGE_TABLES = 2;
    private static final int STACKS = 3;
    private static final int SLAB = 4;

    /// Keys at the beginning of the file that only a cgroup v1 has.
    private static final String[] VERSION_1 = {
        "cache", "hierarchical_memory_limit", "total_inactive_anon", "total_active_anon"
    };

    private final Path cgroup;
    private final PolledFile stat;
    private final KeyedNumberReader figures =
            new KeyedNumberReader(
                            "active_anon",
                            "inactive_anon",
                            "pagetables",
                            "kernel_stack",
                            "slab_unreclaimable")
                    .orOf(VERSION_1);
    private long kernel;

    /// Creates the source of one cgroup.
    ///
    /// @param cgroup the cgroup's directory, which need not exist yet
    public CgroupMemory(Path cgroup) {
        this.cgroup = cgroup;
        stat = new PolledFile(cgroup.resolve("memory.stat"));
    }

    /// Returns whether `memory.stat` is that of a cgroup v1, whose numbers exclude all child
    /// cgroups and may be 0.
    static boolean isVersion1(KernelText stat) {
        return Stream.of(VERSION_1).anyMatch(key -> stat.number(key + " ").isPresent());
    }

    @Override
    public long read(long nanoTime, ReadBuffer scratch) throws KernelReadException {
        figures.read(stat.read(nanoTime, scratch), scratch);
        for (int i = SLAB + 1; i <= SLAB + VERSION_1.length; i++)
            if (figures.get(i) != KeyedNumbers.ABSENT)
                throw new KernelReadException(
                        stat.path() + " is of a cgroup v1, whose figures cannot be relied on");
        long active = figures.bytes(ACTIVE, 1, stat.path());
        long inactive = figures.bytes(INACTIVE, 1, stat.path());
        // A missing number does not mean zero.
        if (active == KeyedNumbers.ABSENT || inactive == KeyedNumbers.ABSENT)
            throw new KernelReadException(
                    stat.path() + " has no complete active_anon and inactive_anon");
        kernel =
                figures.bytesOrZero(PAGE_TABLES, 1, stat.path())
                        + figures.bytesOrZero(STACKS, 1, stat.path())
                        + figures.bytesOrZero(SLAB, 1, stat.path());
        return active + inactive;
    }

    @Override
    public long kernel() {
        return kernel;
    }

    @Override
    public int generation() {
        return stat.generation();
    }

    @Override
    public String description() {
        return "cgroup " + cgroup;
    }

    @Override
    public void close() {
        stat.close();
    }
}
