package dev.elastigres.agent.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A fake cgroup tree and a host of four CPUs and 8 GiB, in a temporary directory.
final class FakeCgroups {
    private final Path folder;

    FakeCgroups(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(root());
        Files.createDirectories(procfs());
        Files.createDirectories(root());
        Files.writeString(root().resolve("cgroup.controllers"), "cpu memory\n");
        Files.writeString(
                procfs().resolve("meminfo"), "MemTotal:        8389000 kB\nMemFree: 1 kB\n");
        Files.writeString(
                procfs().resolve("stat"),
                "cpu  9 9\ncpu0 1 1\ncpu1 1 1\ncpu2 1 1\ncpu3 1 1\nintr 7 0\nctxt 9\n");
    }

    Path root() {
        return folder.resolve("cgroup");
    }

    Path procfs() {
        return folder.resolve("proc");
    }

    Path path(String cgroup) {
        return root().resolve(cgroup);
    }

    /// Creates an empty cgroup without limits.
    Path make(String cgroup) throws IOException {
        Path made = Files.createDirectories(path(cgroup));
        limits(cgroup, "max", "max 100000");
        uses(cgroup, 0, 0);
        return made;
    }

    void limits(String cgroup, String memory, String cpu) throws IOException {
        Files.writeString(path(cgroup).resolve("memory.max"), memory + "\n");
        Files.writeString(path(cgroup).resolve("cpu.max"), cpu + "\n");
    }

    /// Sets the usage of a cgroup.
    ///
    /// @param all usage in MiB, page cache included
    /// @param cache page cache in MiB
    void uses(String cgroup, long all, long cache) throws IOException {
        Files.writeString(path(cgroup).resolve("memory.current"), (all << 20) + "\n");
        long active = (cache << 20) / 4;
        Files.writeString(
                path(cgroup).resolve("memory.stat"),
                "anon 1\nfile 77\ninactive_anon 5\ninactive_file %d\nactive_file %d\n"
                        .formatted((cache << 20) - active, active));
    }

    String read(String cgroup, String file) throws IOException {
        return Files.readString(path(cgroup).resolve(file)).strip();
    }

    /// Recreates a cgroup. As in the kernel's file system, the new one has another inode number.
    void makeAnew(String cgroup) throws IOException {
        Path aside = root().resolve("aside");
        Files.move(path(cgroup), aside);
        make(cgroup);
        delete(aside);
    }

    void remove(String cgroup) throws IOException {
        delete(path(cgroup));
    }

    private static void delete(Path cgroup) throws IOException {
        try (var files = Files.newDirectoryStream(cgroup)) {
            for (Path file : files) Files.delete(file);
        }
        Files.delete(cgroup);
    }
}
