package dev.elastigres.monitor.pods;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;

/// A fake cgroup of a container, inside that of its pod. Files are replaced as a whole, like the
/// kernel's.
///
/// @param folder directory of the container's cgroup
public record FakeContainer(Path folder) {

    /// Creates a cgroup without limits and usage.
    public static FakeContainer in(Path folder) throws IOException {
        Files.createDirectories(folder);
        var container = new FakeContainer(folder);
        container.oomKills(0);
        container.overwrite("memory.pressure", pressure(0, 0));
        container.write("cpu.pressure", pressure(0, 0));
        container.cpuTime(0);
        container.write("cpu.max", "max 100000\n");
        writeTo(folder.resolve(".."), "memory.max", "max\n");
        writeTo(folder.resolve(".."), "cpu.max", "max 100000\n");
        container.write("memory.max", "max\n");
        return container.usage(0);
    }

    public FakeContainer limit(long mebibytes) throws IOException {
        write("memory.max", (mebibytes << 20) + "\n");
        return this;
    }

    public FakeContainer podLimit(long mebibytes) throws IOException {
        writeTo(folder.resolve(".."), "memory.max", (mebibytes << 20) + "\n");
        return this;
    }

    /// Sets anonymous memory, and the same amount of page cache.
    public FakeContainer usage(long mebibytes) throws IOException {
        long bytes = mebibytes << 20;
        String stat =
                """
                anon %1$d
                file %1$d
                file_dirty 0
                file_writeback 0
                inactive_anon 0
                active_anon %1$d
                inactive_file %1$d
                active_file 0
                slab_reclaimable 0
                slab_unreclaimable 0
                """
                        .formatted(bytes);
        write("memory.stat", stat);
        write("memory.current", 2 * bytes + "\n");
        writeTo(folder.resolve(".."), "memory.stat", stat);
        writeTo(folder.resolve(".."), "memory.current", 2 * bytes + "\n");
        return this;
    }

    public FakeContainer oomKills(long count) throws IOException {
        overwrite("memory.events", "low 0\nhigh 0\nmax 0\noom 0\noom_kill %09d\n".formatted(count));
        return this;
    }

    public FakeContainer memoryStall(long micros) throws IOException {
        overwrite("memory.pressure", pressure(micros, 0));
        return this;
    }

    public FakeContainer cpuLimit(double cpus) throws IOException {
        write("cpu.max", (long) (cpus * 100_000) + " 100000\n");
        return this;
    }

    /// Sets the total of CPU stalls.
    ///
    /// @param some microseconds in which some task waited for a CPU
    /// @param full microseconds in which all tasks waited
    public FakeContainer cpuStall(long some, long full) throws IOException {
        write("cpu.pressure", pressure(some, full));
        return this;
    }

    public FakeContainer cpuTime(long micros) throws IOException {
        write("cpu.stat", "usage_usec %d\nuser_usec %d\nsystem_usec 0\n".formatted(micros, micros));
        return this;
    }

    public void remove() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) Files.delete(file);
        }
        Files.delete(folder);
    }

    private static String pressure(long some, long full) {
        return "some avg10=0.00 total=%012d\nfull avg10=0.00 total=%012d\n".formatted(some, full);
    }

    /// Overwrites the same file with a text of constant length.
    private void overwrite(String name, String text) throws IOException {
        Files.writeString(
                folder.resolve(name), text, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    private void write(String name, String text) throws IOException {
        writeTo(folder, name, text);
    }

    private static void writeTo(Path folder, String name, String text) throws IOException {
        Path fresh = folder.resolve("." + name);
        Files.writeString(fresh, text);
        Files.move(fresh, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }
}
