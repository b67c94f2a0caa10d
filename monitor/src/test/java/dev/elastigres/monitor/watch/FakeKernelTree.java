package dev.elastigres.monitor.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/// A fake cgroup and `meminfo` in a temporary directory. Files change atomically, like the
/// kernel's.
public final class FakeKernelTree {
    private final Path root;

    public FakeKernelTree(Path root) {
        this.root = root;
    }

    public Path root() {
        return root;
    }

    public Path cgroup() {
        return root.resolve("pg");
    }

    public FakeKernelTree usage(long mebibytes) throws IOException {
        Files.createDirectories(cgroup());
        long bytes = mebibytes << 20;
        return memoryStat(
                "anon %d\nfile 4096\ninactive_anon %d\nactive_anon %d\n"
                        .formatted(bytes, bytes / 4, bytes - bytes / 4));
    }

    public FakeKernelTree memoryStat(String text) throws IOException {
        Files.createDirectories(cgroup());
        replace(cgroup().resolve("memory.stat"), text);
        return this;
    }

    public FakeKernelTree total(long mebibytes) throws IOException {
        replace(
                root.resolve("meminfo"),
                "MemTotal:       %d kB\nMemFree:  1 kB\n".formatted(mebibytes << 10));
        return this;
    }

    /// Sets `meminfo`.
    ///
    /// @param totalKibibytes total memory in KiB
    /// @param more further lines, as the kernel writes them
    public FakeKernelTree meminfo(long totalKibibytes, String more) throws IOException {
        replace(root.resolve("meminfo"), "MemTotal:  %d kB\n".formatted(totalKibibytes) + more);
        return this;
    }

    public FakeKernelTree cpus(int online) throws IOException {
        var stat = new StringBuilder("cpu  9 9 9 9\n");
        for (int i = 0; i < online; i++) stat.append("cpu%d 9 9 9 9\n".formatted(i));
        replace(root.resolve("stat"), stat + "intr 7 0 0\nctxt 9\n");
        return this;
    }

    /// Sets the CPU files as after `time` in which all CPUs were busy and tasks of Postgres waited
    /// for one.
    public FakeKernelTree busyCpus(int online, int running, Duration time) throws IOException {
        long ticks = time.toMillis() / 10;
        var stat = new StringBuilder("cpu  %d 0 0 50 0 0 0 0 0 0\n".formatted(online * ticks));
        for (int i = 0; i < online; i++)
            stat.append("cpu%d %d 0 0 9 0 0 0 0 0 0\n".formatted(i, ticks));
        replace(root.resolve("stat"), stat + "intr 7 0 0\nprocs_running %d\n".formatted(running));
        long micros = time.toNanos() / 1000;
        replace(
                cgroup().resolve("cpu.pressure"),
                "some avg10=0.00 avg60=0.00 avg300=0.00 total=%d\nfull avg10=0.00 total=7\n"
                        .formatted(micros));
        return this;
    }

    public void removeCgroup() throws IOException {
        Files.delete(cgroup().resolve("memory.stat"));
        Files.delete(cgroup());
    }

    private void replace(Path file, String text) throws IOException {
        Path fresh = root.resolve("." + file.getFileName());
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
