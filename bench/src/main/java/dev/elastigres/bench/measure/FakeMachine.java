package dev.elastigres.bench.measure;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.harness.FakeCgroup;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.host.file.FileTrees;
import dev.elastigres.testbed.process.OrphanReaper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A fake cgroup and meminfo as the monitor reads them. Closing removes the files. For one thread.
public final class FakeMachine implements AutoCloseable {
    public static final Bytes IDLE = Bytes.ofMebibytes(64);

    private final Path folder;
    private FileChannel memoryStat;

    private FakeMachine(Path folder, Bytes usage) throws IOException {
        this.folder = folder;
        memoryStat = makeMemoryStat(usage);
    }

    /// @param usage memory in use, until [#use] changes it
    public static FakeMachine create(Bytes memory, Bytes usage) throws HarnessException {
        try {
            Path folder = Files.createTempDirectory("elastigres-bench-");
            OrphanReaper.watch(folder);
            Files.writeString(
                    folder.resolve("meminfo"),
                    "MemTotal: %1$d kB%nMemFree: %1$d kB%nMemAvailable: %1$d kB%n"
                            .formatted(memory.value() / 1024));
            return new FakeMachine(folder, usage);
        } catch (IOException e) {
            throw new HarnessException("cannot create a fake machine", e);
        }
    }

    /// Removes the cgroup and its files, as systemd does when a unit stops.
    public void removeCgroup() throws HarnessException {
        try {
            memoryStat.close();
            FileTrees.delete(cgroup());
        } catch (IOException e) {
            throw new HarnessException("cannot remove the fake cgroup", e);
        }
    }

    /// Creates the cgroup again after [#removeCgroup].
    public void makeCgroup(Bytes usage) throws HarnessException {
        try {
            memoryStat = makeMemoryStat(usage);
        } catch (IOException e) {
            throw new HarnessException("cannot create a fake cgroup", e);
        }
    }

    /// Creates the cgroup's folder and its `memory.stat`, which appears complete, because the
    /// kernel never shows a part of it.
    private FileChannel makeMemoryStat(Bytes usage) throws IOException {
        Path complete = folder.resolve("memory.stat");
        var channel =
                FileChannel.open(complete, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        channel.write(ByteBuffer.wrap(text(usage)), 0);
        Files.createDirectory(cgroup());
        Files.move(complete, cgroup().resolve("memory.stat"), StandardCopyOption.ATOMIC_MOVE);
        return channel;
    }

    /// Sets the memory in use, effective when this returns. The text always has the same length
    /// and is written in one call, so that no reader sees a partial value.
    public void use(Bytes bytes) throws HarnessException {
        try {
            memoryStat.write(ByteBuffer.wrap(text(bytes)), 0);
        } catch (IOException e) {
            throw new HarnessException("cannot write memory.stat", e);
        }
    }

    private static byte[] text(Bytes usage) {
        return "active_anon %019d\ninactive_anon 0\n"
                .formatted(usage.value())
                .getBytes(StandardCharsets.US_ASCII);
    }

    private Path cgroup() {
        return folder.resolve("postgres");
    }

    /// Returns the path of a monitor's log.
    public Path log(String name) {
        return folder.resolve(name + ".log");
    }

    /// Returns the flags that make the monitor read these files.
    public List<String> flags() {
        return FakeCgroup.monitorFlags(folder, cgroup(), folder);
    }

    @Override
    public void close() throws HarnessException {
        try {
            memoryStat.close();
            FileTrees.delete(folder);
        } catch (IOException e) {
            throw new HarnessException("cannot remove " + folder, e);
        }
    }
}
