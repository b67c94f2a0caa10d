package dev.elastigres.inspect.doctor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.inspect.doctor.DoctorCheck.CheckTopic;
import dev.elastigres.vm.state.XdgFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Checks of the operating system and of this user's limits.
///
/// @param proc usually `/proc`
/// @param folders where VMs, images and caches are stored
record SystemChecks(Path proc, XdgFolders folders) {
    /// A VM needs some ten descriptors, and an agent a few for each VM.
    private static final long MIN_OPEN_FILES = 1024;

    /// A built image and the disk of one VM.
    private static final Bytes MIN_DISK = Bytes.ofGibibytes(5);

    private static final Pattern OPEN_FILES =
            Pattern.compile("(?m)^Max open files\\s+(\\d{1,18}|unlimited)");
    private static final Pattern MEMORY = Pattern.compile("(?m)^MemTotal:\\s+(\\d{1,15}) kB");
    private static final Pattern AVAILABLE =
            Pattern.compile("(?m)^MemAvailable:\\s+(\\d{1,15}) kB");

    List<DoctorCheck> run() {
        return List.of(system(), memory(), openFiles(), disk());
    }

    private DoctorCheck system() {
        String name = System.getProperty("os.name");
        String finding =
                "%s %s, %s, %d CPUs"
                        .formatted(
                                name,
                                System.getProperty("os.version"),
                                System.getProperty("os.arch"),
                                Runtime.getRuntime().availableProcessors());
        return name.equals("Linux")
                ? DoctorCheck.ok(CheckTopic.HOST, "system", finding)
                : DoctorCheck.failed(
                        CheckTopic.HOST, "system", finding, "run Elastigres in a Linux VM");
    }

    private DoctorCheck memory() {
        Optional<Bytes> total = kibibytes("meminfo", MEMORY);
        Optional<Bytes> available = kibibytes("meminfo", AVAILABLE);
        if (total.isEmpty() || available.isEmpty())
            return DoctorCheck.failed(
                    CheckTopic.HOST,
                    "memory",
                    "cannot read " + proc.resolve("meminfo"),
                    "mount procfs on /proc");
        return DoctorCheck.ok(
                CheckTopic.HOST,
                "memory",
                "%s, %s available".formatted(total.get(), available.get()));
    }

    private DoctorCheck openFiles() {
        Optional<String> limit = find("self/limits", OPEN_FILES);
        if (limit.isEmpty())
            return DoctorCheck.warning(CheckTopic.HOST, "open files", "the limit is unknown", "");
        boolean isEnough =
                limit.get().equals("unlimited") || Long.parseLong(limit.get()) >= MIN_OPEN_FILES;
        return isEnough
                ? DoctorCheck.ok(CheckTopic.HOST, "open files", "limit " + limit.get())
                : DoctorCheck.warning(
                        CheckTopic.HOST,
                        "open files",
                        "limit %s, which may be too low for many VMs".formatted(limit.get()),
                        "ulimit -n 4096, or LimitNOFILE=4096 in the systemd unit");
    }

    private DoctorCheck disk() {
        Path folder = existing(folders.data());
        try {
            Bytes free = Bytes.of(Files.getFileStore(folder).getUsableSpace());
            String finding = "%s free in %s".formatted(free, folder);
            return free.isLessThan(MIN_DISK)
                    ? DoctorCheck.warning(
                            CheckTopic.VM,
                            "disk",
                            finding,
                            "free %s for an image and a VM, or set XDG_DATA_HOME and XDG_STATE_HOME"
                                    .formatted(MIN_DISK))
                    : DoctorCheck.ok(CheckTopic.VM, "disk", finding);
        } catch (IOException e) {
            return DoctorCheck.warning(
                    CheckTopic.VM, "disk", "cannot read the free space of " + folder, "");
        }
    }

    private static Path existing(Path folder) {
        Path found = folder;
        while (found.getParent() != null && !Files.isDirectory(found)) found = found.getParent();
        return found;
    }

    private Optional<Bytes> kibibytes(String file, Pattern pattern) {
        return find(file, pattern).map(Long::parseLong).map(Bytes::ofKibibytes);
    }

    private Optional<String> find(String file, Pattern pattern) {
        try {
            Matcher matcher = pattern.matcher(Files.readString(proc.resolve(file)));
            return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
