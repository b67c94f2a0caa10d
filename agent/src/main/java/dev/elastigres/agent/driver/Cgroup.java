package dev.elastigres.agent.driver;

import dev.elastigres.core.units.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of a cgroup v2 that limit it, and those that say what it uses.
public record Cgroup(Path folder) {
    private static final String UNLIMITED = "max";

    /// Linux takes no shorter quota. In microseconds, as all of `cpu.max`.
    private static final long MIN_QUOTA = 1000;

    // No number of the kernel's that is worth reading has more digits than a long.
    private static final String NUMBER = "(\\d{1,18})";
    private static final Pattern LIMIT = Pattern.compile("(max|" + NUMBER + ")\n?");
    private static final Pattern CPU_LIMIT =
            Pattern.compile("(?:max|" + NUMBER + ") " + NUMBER + "\n?");
    private static final Pattern CURRENT = Pattern.compile("^" + NUMBER + "\n?$");
    private static final Pattern INACTIVE_FILE = line("inactive_file");
    private static final Pattern ACTIVE_FILE = line("active_file");

    /// @param quota of CPU time in each period; empty for no limit
    private record CpuLimit(Optional<Long> quota, long period) {}

    private static Pattern line(String key) {
        return Pattern.compile("(?m)^" + key + " " + NUMBER + "$");
    }

    /// Whether there is such a cgroup, which this driver can limit or not.
    enum CgroupPresence {
        ABSENT,
        /// Its parent does not give it the controllers of CPU and memory.
        UNLIMITABLE,
        PRESENT
    }

    CgroupPresence presence() {
        if (!Files.isDirectory(folder)) return CgroupPresence.ABSENT;
        return Files.exists(memoryMax().path()) && Files.exists(cpuMax().path())
                ? CgroupPresence.PRESENT
                : CgroupPresence.UNLIMITABLE;
    }

    /// Why it is [CgroupPresence#UNLIMITABLE], and what to do about it.
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

    /// Which cgroup this folder is: one that is made anew has another number of its file system's.
    /// Empty when there is none, or one that cannot be limited.
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

    /// Empty for no limit.
    public Optional<Bytes> memory() throws DriverException.Failed, InterruptedException {
        Matcher limit = parse(memoryMax(), LIMIT);
        return Optional.ofNullable(limit.group(2)).map(it -> Bytes.of(Long.parseLong(it)));
    }

    /// @param limit empty for none
    void limitMemory(Optional<Bytes> limit) throws DriverException.Failed, InterruptedException {
        memoryMax().write(limit.map(it -> Long.toString(it.value())).orElse(UNLIMITED));
    }

    /// Empty for no limit.
    public Optional<Double> vcpus() throws DriverException.Failed, InterruptedException {
        CpuLimit limit = cpuLimit();
        return limit.quota.map(quota -> (double) quota / limit.period);
    }

    /// The period stays as it is.
    void limitVcpus(double vcpus) throws DriverException.Failed, InterruptedException {
        long period = cpuLimit().period;
        long quota = Math.max(MIN_QUOTA, Math.round(vcpus * period));
        cpuMax().write(quota + " " + period);
    }

    /// The memory that the kernel cannot take back: all but the cache of files.
    public Bytes usage() throws DriverException.Failed, InterruptedException {
        var stat = new KernelFile(folder.resolve("memory.stat"));
        Bytes cache = Bytes.of(stat.number(INACTIVE_FILE)).plus(Bytes.of(stat.number(ACTIVE_FILE)));
        return current().minus(cache);
    }

    /// All memory that is charged to it, the cache of files included.
    public Bytes current() throws DriverException.Failed, InterruptedException {
        return Bytes.of(new KernelFile(folder.resolve("memory.current")).number(CURRENT));
    }

    /// Those right below it whose memory is accounted for.
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
            throw new DriverException.Failed(file.path() + " does not say what it should");
        return whole;
    }

    private KernelFile memoryMax() {
        return new KernelFile(folder.resolve("memory.max"));
    }

    private KernelFile cpuMax() {
        return new KernelFile(folder.resolve("cpu.max"));
    }
}
