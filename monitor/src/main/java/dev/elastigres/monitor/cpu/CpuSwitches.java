package dev.elastigres.monitor.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// The CPUs of this machine, as the kernel's `devices/system/cpu` shows them. The lowest are
/// switched on first, and off last; the first one cannot be switched off.
public final class CpuSwitches {
    private static final Pattern NAME = Pattern.compile("cpu\\d{1,4}");

    private final Path folder;

    /// @param folder `/sys/devices/system/cpu`
    public CpuSwitches(Path folder) {
        this.folder = folder;
    }

    /// @param online how many are switched on
    /// @param present how many there are
    public record CpuCounts(int online, int present) {}

    public synchronized CpuCounts count() throws CpuException {
        List<Path> all = all();
        int online = 0;
        for (Path cpu : all) if (isOnline(cpu)) online++;
        return new CpuCounts(online, all.size());
    }

    /// Switches on as many as `wanted`, or as there are, and all others off. Returns what is true
    /// afterwards, which is not what was wanted where CPUs are still to come.
    ///
    /// @param wanted at least 1
    public synchronized CpuCounts switchTo(int wanted) throws CpuException {
        List<Path> all = all();
        // First on, then off: the machine never has less than both sizes have.
        for (int i = 0; i < Math.min(wanted, all.size()); i++) set(all.get(i), true);
        for (int i = all.size() - 1; i >= Math.max(1, wanted); i--) set(all.get(i), false);
        return count();
    }

    /// By their numbers.
    private List<Path> all() throws CpuException {
        try (var entries = Files.list(folder)) {
            return entries.filter(it -> NAME.matcher(it.getFileName().toString()).matches())
                    .sorted((one, other) -> Integer.compare(number(one), number(other)))
                    .toList();
        } catch (IOException e) {
            throw new CpuException("cannot see the CPUs", e);
        }
    }

    private static int number(Path cpu) {
        return Integer.parseInt(cpu.getFileName().toString().substring("cpu".length()));
    }

    /// One without a switch is always on.
    private static boolean isOnline(Path cpu) throws CpuException {
        Path file = cpu.resolve("online");
        try {
            return !Files.exists(file) || Files.readString(file).strip().equals("1");
        } catch (IOException e) {
            throw new CpuException("cannot see " + cpu.getFileName(), e);
        }
    }

    private static void set(Path cpu, boolean on) throws CpuException {
        if (isOnline(cpu) == on) return;
        try {
            Files.writeString(cpu.resolve("online"), on ? "1" : "0");
        } catch (IOException e) {
            throw new CpuException("cannot switch " + cpu.getFileName() + (on ? " on" : " off"), e);
        }
    }
}
