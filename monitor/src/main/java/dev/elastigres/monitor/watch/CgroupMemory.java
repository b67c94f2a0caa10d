package dev.elastigres.monitor.watch;

import java.nio.file.Path;

/// The memory of a cgroup v2: `active_anon + inactive_anon` of its `memory.stat`. Shared buffers
/// count among them; page cache does not. The kernel's own part is page tables, stacks and slab
/// that cannot be reclaimed.
public final class CgroupMemory implements MemorySource {
    private static final int ACTIVE = 0;
    private static final int INACTIVE = 1;
    private static final int PAGE_TABLES = 2;
    private static final int STACKS = 3;
    private static final int SLAB = 4;

    private final Path cgroup;
    private final PolledFile stat;
    private final KeyedFigures figures;

    /// @param cgroup the cgroup's folder, which need not exist yet
    public CgroupMemory(Path cgroup) {
        this(cgroup, Scratch.create());
    }

    /// @param scratch of the one thread that will own this
    public CgroupMemory(Path cgroup, Scratch scratch) {
        this.cgroup = cgroup;
        stat = PolledFile.sharing(cgroup.resolve("memory.stat"), scratch);
        figures =
                new KeyedFigures(
                        scratch.text(),
                        "active_anon",
                        "inactive_anon",
                        "pagetables",
                        "kernel_stack",
                        "slab_unreclaimable");
    }

    @Override
    public long read(long nanoTime) throws UnreadableException {
        figures.read(stat.read(nanoTime));
        long active = figures.get(ACTIVE);
        long inactive = figures.get(INACTIVE);
        // A figure that is not there is not zero.
        if (active == KeyedNumbers.ABSENT || inactive == KeyedNumbers.ABSENT)
            throw new UnreadableException(
                    stat.path() + " has no complete active_anon and inactive_anon");
        return Math.addExact(active, inactive);
    }

    @Override
    public long kernel() {
        return figures.orZero(PAGE_TABLES) + figures.orZero(STACKS) + figures.orZero(SLAB);
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
