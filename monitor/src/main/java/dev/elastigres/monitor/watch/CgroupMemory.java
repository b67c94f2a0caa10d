package dev.elastigres.monitor.watch;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The memory of a cgroup v2: `active_anon + inactive_anon` of its `memory.stat`. Shared buffers
/// count among them; page cache does not.
public final class CgroupMemory implements MemorySource {
    private static final byte[] ACTIVE = KeyedNumbers.key("active_anon");
    private static final byte[] INACTIVE = KeyedNumbers.key("inactive_anon");

    private final Path cgroup;
    private final PolledFile stat;

    /// @param cgroup the cgroup's folder, which need not exist yet
    public CgroupMemory(Path cgroup) {
        this.cgroup = cgroup;
        this.stat = new PolledFile(cgroup.resolve("memory.stat"));
    }

    @Override
    public long read(long nanoTime) throws UnreadableException {
        ByteBuffer text = stat.read(nanoTime);
        long active = KeyedNumbers.find(text, ACTIVE);
        long inactive = KeyedNumbers.find(text, INACTIVE);
        // A figure that is not there is not zero.
        if (active == KeyedNumbers.ABSENT || inactive == KeyedNumbers.ABSENT)
            throw new UnreadableException(
                    stat.path() + " has no complete active_anon and inactive_anon");
        return Math.addExact(active, inactive);
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
