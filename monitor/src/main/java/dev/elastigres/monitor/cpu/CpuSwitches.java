package dev.elastigres.monitor.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// Switches the CPUs of this machine online and offline, through the kernel's `devices/system/cpu`.
/// Lower numbers are switched on first and off last; the first CPU always stays on.
public final class CpuSwitches {
    private static final Pattern NAME = Pattern.compile("cpu\\d{1,4}");

    private final Path folder;

    /// Creates the control of the CPUs in `folder`.
    ///
    /// @param folder `/sys/devices/system/cpu`
    public CpuSwitches(Path folder) {
        this.folder = folder;
    }

    /// Numbers of CPUs.
    ///
    /// @param online CPUs that are online
    /// @param present CPUs that exist, online or not
    public record CpuCounts(int online, int present) {}

    /// Returns the current numbers of CPUs.
    public synchronized CpuCounts count() throws CpuException {
        List<Path> all = all();
        int online = 0;
        for (Path cpu : all) if (isOnline(cpu)) online++;
        return new CpuCounts(online, all.size());
    }

    /// Switches `wanted` CPUs on, or all if there are fewer, and the others off. Returns the
    /// numbers afterwards; `online` differs from `wanted` while CPUs are still to be added.
    ///
    /// @param wanted number of CPUs, at least 1
    public synchronized CpuCounts switchTo(int wanted) throws CpuException {
        List<Path> all = all();
        // On before off: the machine never has fewer CPUs than the smaller of both sizes.
        for (int i = 0; i < Math.min(wanted, all.size()); i++) set(all.get(i), true);
        for (int i = all.size() - 1; i >= Math.max(1, wanted); i--) set(all.get(i), false);
        return count();
    }

    /// Returns the CPUs' directories in the order of their numbers.
    private List<Path> all() throws CpuException {
        try (var entries = Files.list(folder)) {
            return entries.filter(it -> NAME.matcher(it.getFileName().toString()).matches())
                    .sorted((one, other) -> Integer.compare(number(one), number(other)))
                    .toList();
        } catch (IOException e) {
            throw new CpuException("cannot list the CPUs", e);
        }
    }

    private static int number(Path cpu) {
        return Integer.parseInt(cpu.getFileName().toString().substring("cpu".length()));
    }

    /// Returns whether a CPU is online. A CPU without a switch always is.
    private static boolean isOnline(Path cpu) throws CpuException {
        Path file = cpu.resolve("online");
        try {
            return !Files.exists(file) || Files.readString(file).strip().equals("1");
        } catch (IOException e) {
            throw new CpuException("cannot read " + cpu.getFileName(), e);
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
