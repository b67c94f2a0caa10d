package dev.elastigres.agent.driver;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.file.FileReplacement;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The limits that cgroups had before an agent resized them, in a file for each cgroup. The files
/// are in a folder that ends with the boot, as the cgroups do.
///
/// A file is written before the first resize and stays when the agent ends, because the sizes stay,
/// too. [#restore] writes the limits back.
///
/// @param folder of the files
public record OriginalLimits(Path folder) {
    private static final String SUFFIX = ".limits";

    /// Number of lines of a file.
    private static final int LINES = 4;

    /// Maximum size of a file, in bytes. Paths of Linux have up to 4096.
    private static final long MAX_SIZE = 16 * 1024;

    /// Limits as the kernel writes them.
    private record SavedLimits(Cgroup cgroup, String life, String memory, String cpu) {}

    /// The result of restoring the limits of one cgroup.
    ///
    /// @param restored false if it still has the agent's limits
    /// @param text one sentence
    public record RestoreResult(boolean restored, String text) {}

    /// Saves the limits of a cgroup unless they are saved already.
    ///
    /// @param lock the file that an agent locks for this cgroup
    /// @param life identity of the cgroup: a recreated one has other original limits
    void save(Cgroup cgroup, Path lock, String life)
            throws DriverException.Failed, InterruptedException {
        Path file = file(lock);
        try {
            Optional<SavedLimits> saved = read(file);
            if (saved.isPresent() && saved.get().life.equals(life)) return;
            Files.createDirectories(folder);
            FileReplacement.replace(
                    file,
                    String.join(
                                    "\n",
                                    cgroup.folder().toString(),
                                    life,
                                    cgroup.memoryText(),
                                    cgroup.cpuText())
                            + "\n");
        } catch (IOException e) {
            throw new DriverException.Failed(
                    "cannot save the limits of %s in %s: %s"
                            .formatted(cgroup.folder(), file, KernelFile.reason(e)));
        }
    }

    private Path file(Path lock) {
        String name = lock.getFileName().toString();
        return folder.resolve(name.substring(0, name.length() - ".lock".length()) + SUFFIX);
    }

    /// Restores the limits of all cgroups that still exist, and deletes their files. A memory limit
    /// is not lowered below the usage: the kernel would kill processes.
    ///
    /// @return a result for each cgroup
    public List<RestoreResult> restore() throws DriverException.Failed, InterruptedException {
        var results = new ArrayList<RestoreResult>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "cgroup-*" + SUFFIX)) {
            for (Path file : files) {
                Optional<SavedLimits> saved = read(file);
                if (saved.isPresent()) restore(saved.get(), file).ifPresent(results::add);
                else Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException _) {
            // No agent has resized a cgroup since the boot.
        } catch (IOException e) {
            throw new DriverException.Failed(
                    "cannot read the limits in %s: %s".formatted(folder, KernelFile.reason(e)));
        }
        return results;
    }

    /// Returns the result; empty if the cgroup does not exist any more.
    private static Optional<RestoreResult> restore(SavedLimits saved, Path file)
            throws IOException, DriverException.Failed, InterruptedException {
        Cgroup cgroup = saved.cgroup;
        if (!cgroup.life().equals(Optional.of(saved.life))) {
            Files.deleteIfExists(file);
            return Optional.empty();
        }
        String name = file.getFileName().toString();
        Path lock =
                file.resolveSibling(name.substring(0, name.length() - SUFFIX.length()) + ".lock");
        try (var ownership = VmOwnership.of("elastigres agent release")) {
            Optional<String> other = ownership.take(name, saved.life, lock);
            if (other.isPresent())
                return Optional.of(
                        new RestoreResult(
                                false,
                                "%s is scaled by an agent, %s: stop it first"
                                        .formatted(cgroup.folder(), other.get())));
            cgroup.restoreCpu(saved.cpu);
            boolean restored = cgroup.restoreMemory(saved.memory, CgroupDriver.BUFFER);
            if (restored) Files.deleteIfExists(file);
            return Optional.of(
                    new RestoreResult(
                            restored,
                            restored
                                    ? "%s has its former limits: memory.max %s, cpu.max %s"
                                            .formatted(cgroup.folder(), saved.memory, saved.cpu)
                                    : "%s keeps its memory limit: its processes use too much for memory.max %s"
                                            .formatted(cgroup.folder(), saved.memory)));
        }
    }

    /// Returns what a file contains; empty if there is none, or an unusable one.
    private static Optional<SavedLimits> read(Path file) throws IOException {
        try {
            if (Files.size(file) > MAX_SIZE) return Optional.empty();
            List<String> lines = Files.readAllLines(file, UTF_8);
            return lines.size() == LINES && lines.getFirst().startsWith("/")
                    ? Optional.of(
                            new SavedLimits(
                                    new Cgroup(Path.of(lines.get(0))),
                                    lines.get(1),
                                    lines.get(2),
                                    lines.get(3)))
                    : Optional.empty();
        } catch (NoSuchFileException _) {
            return Optional.empty();
        }
    }
}
