package dev.elastigres.bench.soak;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.harness.FakeCgroup;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.testbed.process.OrphanReaper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// A fake cgroup and meminfo. Closing removes them.
record SoakMachine(Path folder) implements AutoCloseable {

    static SoakMachine create(Bytes memory, Bytes usage) throws HarnessException {
        try {
            var machine = new SoakMachine(Files.createTempDirectory("elastigres-soak-"));
            OrphanReaper.watch(machine.folder());
            Files.writeString(
                    machine.meminfo(), "MemTotal: %d kB%n".formatted(memory.value() / 1024));
            machine.makeCgroup(usage);
            return machine;
        } catch (IOException e) {
            throw new HarnessException("cannot create a fake machine", e);
        }
    }

    void makeCgroup(Bytes usage) throws HarnessException {
        try {
            // Replaced atomically, because the kernel never shows half a file.
            Path fresh = folder.resolve("fresh");
            Files.writeString(fresh, "active_anon %d%ninactive_anon 0%n".formatted(usage.value()));
            Files.createDirectory(cgroup());
            Files.move(fresh, memoryStat(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new HarnessException("cannot create a fake cgroup", e);
        }
    }

    void removeCgroup() throws HarnessException {
        try {
            Files.delete(memoryStat());
            Files.delete(cgroup());
        } catch (IOException e) {
            throw new HarnessException("cannot remove the fake cgroup", e);
        }
    }

    private Path cgroup() {
        return folder.resolve("postgres");
    }

    private Path memoryStat() {
        return cgroup().resolve("memory.stat");
    }

    private Path meminfo() {
        return folder.resolve("meminfo");
    }

    Path log() {
        return folder.resolve("monitor.log");
    }

    /// Returns the flags that make the monitor read these files.
    List<String> flags() {
        return FakeCgroup.monitorFlags(folder, cgroup(), folder);
    }

    @Override
    public void close() throws HarnessException {
        try {
            for (Path path : List.of(memoryStat(), cgroup(), meminfo(), log(), folder))
                Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new HarnessException("cannot remove " + folder, e);
        }
    }
}
