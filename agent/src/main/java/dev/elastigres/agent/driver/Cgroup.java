package dev.elastigres.agent.driver;

import dev.elastigres.core.units.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The limit and usage files of a cgroup v2.
public record Cgroup(Path folder) {
    private static final String UNLIMITED = "max";

    /// The shortest quota that Linux accepts, in microseconds like all values in `cpu.max`.
    private static final long MIN_QUOTA = 1000;

    // Kernel values with more than 18 digits are not used; 18 digits always fit into a long.
    private static final String NUMBER = "(\\d{1,18})";
    private static final Pattern LIMIT = Pattern.compile("(max|" + NUMBER + ")\n?");
    private static final Pattern CPU_LIMIT =
            Pattern.compile("(?:max|" + NUMBER + ") " + NUMBER + "\n?");
    private static final Pattern CURRENT = Pattern.compile("^" + NUMBER + "\n?$");
    private static final Pattern INACTIVE_FILE = line("inactive_file");
    private static final Pattern ACTIVE_FILE = line("active_file");
    private static final Pattern OOM_KILL = line("oom_kill");

    /// @param quota CPU time in each period, in microseconds; empty for no limit
    private record CpuLimit(Optional<Long> quota, long period) {}

    private static Pattern line(String key) {
        return Pattern.compile("(?m)^" + key + " " + NUMBER + "$");
    }

    /// Whether the cgroup exists and has the controllers that this driver needs.
    enum CgroupPresence {
        ABSENT,
        /// Its parent does not enable the CPU and memory controllers for it.
        UNLIMITABLE,
        PRESENT
    }

    CgroupPresence presence() {
        if (!Files.isDirectory(folder)) return CgroupPresence.ABSENT;
        return Files.exists(memoryMax().path()) && Files.exists(cpuMax().path())
                ? CgroupPresence.PRESENT
                : CgroupPresence.UNLIMITABLE;
    }

    /// Returns why the cgroup is [CgroupPresence#UNLIMITABLE] and how to change that.
    String cannotBeLimited() {
        boolean lacksMemory = !Files.exists(memoryMax().path());
        String unit = String.valueOf(folder.getFileName());
        String remedy =
                unit.endsWith(".service") || unit.endsWith(".scope")
                        ? "; `systemctl set-property %s %s` switches it on"
                                .formatted(
                                        unit,
                                        lacksMemory ? "MemoryAccounting=yes" : "CPUWeight=100")
                        : "; its parent's cgroup.subtree_control has to name it";
        return "%s cannot be limited: its %s controller is off%s"
                .formatted(folder, lacksMemory ? "memory" : "cpu", remedy);
    }

    /// Returns the identity of the cgroup behind this path: a recreated one has another inode.
    /// Empty if it does not exist or cannot be limited.
    Optional<String> life() throws DriverException.Failed {
        try {
            if (presence() != CgroupPresence.PRESENT) return Optional.empty();
            var attributes = Files.readAttributes(folder, BasicFileAttributes.class);
            return Optional.of(String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            if (!Files.exists(folder)) return Optional.empty();
            throw new DriverException.Failed(
                    "cannot look at " + folder + ": " + KernelFile.reason(e));
        }
    }

    /// Returns `memory.max` as the kernel writes it.
    String memoryText() throws DriverException.Failed, InterruptedException {
        return parse(memoryMax(), LIMIT).group(1);
    }

    /// Returns `cpu.max` as the kernel writes it.
    String cpuText() throws DriverException.Failed, InterruptedException {
        return parse(cpuMax(), CPU_LIMIT).group().strip();
    }

    /// @param text a former [#cpuText]
    void restoreCpu(String text) throws DriverException.Failed, InterruptedException {
        if (!CPU_LIMIT.matcher(text).matches())
            throw new DriverException.Failed(text + " is not a value of cpu.max");
        cpuMax().write(text);
    }

    /// Restores a former limit, unless the usage and `buffer` do not fit into it.
    ///
    /// @param text a former [#memoryText]
    /// @return whether the limit was restored
    boolean restoreMemory(String text, Bytes buffer)
            throws DriverException.Failed, InterruptedException {
        Matcher limit = LIMIT.matcher(text);
        if (!limit.matches())
            throw new DriverException.Failed(text + " is not a value of memory.max");
        if (limit.group(2) != null) {
            Bytes former = Bytes.of(Long.parseLong(limit.group(2)));
            boolean isLower = memory().map(it -> former.isLessThan(it)).orElse(true);
            if (isLower && former.isLessThan(usage().plus(buffer))) return false;
        }
        memoryMax().write(limit.group(1));
        return true;
    }

    /// Empty for no limit.
    public Optional<Bytes> memory() throws DriverException.Failed, InterruptedException {
        Matcher limit = parse(memoryMax(), LIMIT);
        return Optional.ofNullable(limit.group(2)).map(it -> Bytes.of(Long.parseLong(it)));
    }

    /// @param limit in bytes; empty for no limit
    void limitMemory(Optional<Bytes> limit) throws DriverException.Failed, InterruptedException {
        memoryMax().write(limit.map(it -> Long.toString(it.value())).orElse(UNLIMITED));
    }

    /// Empty for no limit.
    public Optional<Double> vcpus() throws DriverException.Failed, InterruptedException {
        CpuLimit limit = cpuLimit();
        return limit.quota.map(quota -> (double) quota / limit.period);
    }

    /// Sets the CPU quota and keeps the period.
    void limitVcpus(double vcpus) throws DriverException.Failed, InterruptedException {
        long period = cpuLimit().period;
        long quota = Math.max(MIN_QUOTA, Math.round(vcpus * period));
        cpuMax().write(quota + " " + period);
    }

    /// Returns the memory that the kernel cannot reclaim: current memory without the file cache.
    public Bytes usage() throws DriverException.Failed, InterruptedException {
        var stat = new KernelFile(folder.resolve("memory.stat"));
        Bytes cache = Bytes.of(stat.number(INACTIVE_FILE)).plus(Bytes.of(stat.number(ACTIVE_FILE)));
        return current().minus(cache);
    }

    /// Returns all memory charged to the cgroup, file cache included.
    public Bytes current() throws DriverException.Failed, InterruptedException {
        return Bytes.of(new KernelFile(folder.resolve("memory.current")).number(CURRENT));
    }

    /// Returns the number of processes in it, and in the cgroups below it, that the kernel's OOM
    /// killer has ended; empty if it cannot be read.
    OptionalLong oomKills() throws InterruptedException {
        try {
            return OptionalLong.of(
                    new KernelFile(folder.resolve("memory.events")).number(OOM_KILL));
        } catch (DriverException.Failed _) {
            return OptionalLong.empty();
        }
    }

    /// Returns the direct children with memory accounting.
    public List<Cgroup> children() throws DriverException.Failed {
        try (Stream<Path> folders = Files.list(folder)) {
            return folders.filter(it -> Files.exists(it.resolve("memory.current")))
                    .map(Cgroup::new)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new DriverException.Failed("cannot list " + folder, e);
        }
    }

    private CpuLimit cpuLimit() throws DriverException.Failed, InterruptedException {
        Matcher limit = parse(cpuMax(), CPU_LIMIT);
        long period = Long.parseLong(limit.group(2));
        if (period == 0) throw new DriverException.Failed(cpuMax().path() + " has no period");
        return new CpuLimit(Optional.ofNullable(limit.group(1)).map(Long::parseLong), period);
    }

    private static Matcher parse(KernelFile file, Pattern form)
            throws DriverException.Failed, InterruptedException {
        Matcher whole = form.matcher(file.text());
        if (!whole.matches())
            throw new DriverException.Failed(file.path() + " has unexpected content");
        return whole;
    }

    private KernelFile memoryMax() {
        return new KernelFile(folder.resolve("memory.max"));
    }

    private KernelFile cpuMax() {
        return new KernelFile(folder.resolve("cpu.max"));
    }
}
