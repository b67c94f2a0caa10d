package dev.elastigres.bench;

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
import java.nio.file.StandardOpenOption;
import java.util.List;

/// A fake cgroup and meminfo as the monitor reads them. A little of much memory is in use until
/// [#use] changes it. Closing removes the files.
record FakeMachine(Path folder, FileChannel memoryStat) implements AutoCloseable {
    static final Bytes IDLE = Bytes.ofMebibytes(64);

    static FakeMachine create(Bytes memory) throws HarnessException {
        try {
            Path folder = Files.createTempDirectory("elastigres-bench-");
            OrphanReaper.watch(folder);
            Path cgroup = Files.createDirectory(cgroup(folder));
            var memoryStat =
                    FileChannel.open(
                            cgroup.resolve("memory.stat"),
                            StandardOpenOption.CREATE_NEW,
                            StandardOpenOption.WRITE);
            var machine = new FakeMachine(folder, memoryStat);
            machine.use(IDLE);
            long kibibytes = memory.value() / 1024;
            Files.writeString(
                    folder.resolve("meminfo"),
                    "MemTotal: %1$d kB%nMemFree: %1$d kB%nMemAvailable: %1$d kB%n"
                            .formatted(kibibytes));
            return machine;
        } catch (IOException e) {
            throw new HarnessException("cannot create a fake machine", e);
        }
    }

    private static Path cgroup(Path folder) {
        return folder.resolve("postgres");
    }

    /// Sets the memory in use, effective when this returns. The text always has the same length
    /// and is written in one call, so that no reader sees a partial value.
    void use(Bytes bytes) throws HarnessException {
        byte[] text =
                "active_anon %019d\ninactive_anon 0\n"
                        .formatted(bytes.value())
                        .getBytes(StandardCharsets.US_ASCII);
        try {
            memoryStat.write(ByteBuffer.wrap(text), 0);
        } catch (IOException e) {
            throw new HarnessException("cannot write memory.stat", e);
        }
    }

    /// Returns the path of a monitor's log.
    Path log(String name) {
        return folder.resolve(name + ".log");
    }

    /// Returns the flags that make the monitor read these files.
    List<String> flags() {
        return FakeCgroup.monitorFlags(folder, cgroup(folder), folder);
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
