package dev.elastigres.vm.state;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.qemu.BootCpus;
import dev.elastigres.vm.socket.LineSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The folder of all VMs. One rename creates or removes a VM's folder, so that a crash leaves a
/// complete VM or none. Leftovers of a crash have names that begin with a dot and are removed
/// later.
public final class VmStore {
    /// Timeout of a command that waits for another one on the same VM.
    public static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration MIN_LEFTOVER_AGE = Duration.ofHours(1);
    private static final String UNFINISHED = ".new-";
    private static final String UNWANTED = ".old-";

    private final Path folder;
    private final FileLocks locks;

    public VmStore(Path folder, FileLocks locks) {
        this.folder = folder;
        this.locks = locks;
    }

    /// Fills the folder of a new VM.
    @FunctionalInterface
    public interface FolderFiller {
        void fill(VmFolder folder) throws IOException, VmException, InterruptedException;
    }

    /// Creates a VM completely or not at all.
    public VmFolder create(VmSpec spec, FolderFiller filler)
            throws VmException, InterruptedException {
        VmSpec.checkName(spec.name());
        var target = new VmFolder(folder.resolve(spec.name()));
        checkSocketPath(target.incarnation(100).guestPortLock(0));
        if (Files.exists(target.path()))
            throw new VmException.Refused("there is a VM named " + spec.name());
        Path fresh = null;
        try {
            Files.createDirectories(folder);
            fresh =
                    Files.createTempDirectory(
                            folder,
                            UNFINISHED,
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rwx------")));
            var building = new VmFolder(fresh);
            try (var _ = locks.lock(building.lock(), "create", PATIENCE)) {
                sweep();
                filler.fill(building);
                write(building.spec(), spec.json());
                Files.move(fresh, target.path(), StandardCopyOption.ATOMIC_MOVE);
                fresh = null;
            }
            return target;
        } catch (FileSystemException e) {
            boolean taken = e instanceof FileAlreadyExistsException || Files.exists(target.path());
            if (taken) throw new VmException.Refused("there is a VM named " + spec.name());
            throw new VmException.Failed("cannot create " + spec.name(), e);
        } catch (IOException e) {
            throw new VmException.Failed("cannot create " + spec.name(), e);
        } finally {
            discard(fresh);
        }
    }

    private static void checkSocketPath(Path max) throws VmException.Refused {
        int length = max.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > LineSocket.MAX_PATH_BYTES) {
            throw new VmException.Refused(
                    "the name is too long for a socket in %s: %d bytes more than Linux takes"
                            .formatted(max.getParent(), length - LineSocket.MAX_PATH_BYTES));
        }
    }

    /// Returns the folder of the VM with this name, whether or not the VM runs.
    public VmFolder find(String name) throws VmException.Refused {
        var found = new VmFolder(folder.resolve(VmSpec.checkName(name)));
        if (!Files.exists(found.spec()))
            throw new VmException.Refused(
                    "there is no VM named " + name + "; `vm list` shows those that there are");
        return found;
    }

    public List<String> names() throws VmException {
        if (!Files.isDirectory(folder)) return List.of();
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new VmException.Failed("cannot list " + folder, e);
        }
    }

    /// Locks the VM against all other commands until the lock is closed.
    public FileLocks.FileLockHandle lock(VmFolder vm, String purpose)
            throws VmException, InterruptedException {
        return lock(vm, purpose, PATIENCE);
    }

    /// @param timeout timeout of the wait for another command
    public FileLocks.FileLockHandle lock(VmFolder vm, String purpose, Duration timeout)
            throws VmException, InterruptedException {
        String name = String.valueOf(vm.path().getFileName());
        try {
            Object before = Files.getAttribute(vm.lock(), "unix:ino");
            var held = locks.lock(vm.lock(), purpose, timeout);
            // The VM may have been deleted, and even created again, during the wait.
            if (Files.exists(vm.lock()) && Files.getAttribute(vm.lock(), "unix:ino").equals(before))
                return held;
            held.close();
            throw new VmException.Refused("there is no VM named " + name + " any more");
        } catch (VmException.Busy e) {
            throw new VmException.Busy(name + " is " + e.getMessage());
        } catch (NoSuchFileException _) {
            throw new VmException.Refused("there is no VM named " + name);
        } catch (VmException.Failed e) {
            if (Files.exists(vm.path())) throw e;
            throw new VmException.Refused("there is no VM named " + name + " any more");
        } catch (IOException e) {
            throw new VmException.Failed("cannot lock " + name, e);
        }
    }

    public VmSpec spec(VmFolder vm) throws VmException {
        Optional<VmSpec> spec = read(vm.spec()).flatMap(VmSpec::from);
        return spec.orElseThrow(
                () -> new VmException.Failed(vm.spec() + " is damaged; delete the VM"));
    }

    public void started(VmFolder vm, VmRun run) throws VmException {
        try {
            write(vm.run(), run.json());
        } catch (IOException e) {
            throw new VmException.Failed("cannot write " + vm.run(), e);
        }
    }

    /// Deletes the record of the last run, which has ended.
    public void ended(VmFolder vm) throws VmException {
        try {
            Files.deleteIfExists(vm.run());
        } catch (IOException e) {
            throw new VmException.Failed("cannot delete " + vm.run(), e);
        }
    }

    /// Returns the recorded last start, whether or not it still runs; empty after a normal end.
    public Optional<VmRun> run(VmFolder vm) throws VmException {
        return read(vm.run()).flatMap(VmRun::from);
    }

    /// Returns the current state of the VM.
    public VmState state(VmFolder vm) throws VmException {
        Optional<VmRun> run = run(vm);
        return VmState.from(
                new VmState.VmEvidence(
                        run,
                        run.filter(it -> it.qemu().isAlive()).isPresent(),
                        run.filter(it -> it.qemu().isFromThisBoot()).isPresent(),
                        run.isEmpty()
                                ? OptionalInt.empty()
                                : exitCode(vm.incarnation(run.get().incarnation())),
                        lastLine(vm.qemuLog()),
                        Files.exists(vm.savedState())));
    }

    /// Returns the CPUs of a VM that was restored from a snapshot and not yet started.
    public BootCpus savedCpus(VmFolder vm) throws VmException {
        try {
            return BootCpus.from(read(vm.savedCpus()).orElseGet(Json::object));
        } catch (IllegalArgumentException e) {
            throw new VmException.Failed(vm.savedCpus() + " is damaged; delete the VM", e);
        }
    }

    public static OptionalInt exitCode(RunFolder run) {
        try {
            return OptionalInt.of(Integer.parseInt(Files.readString(run.exitCode()).strip()));
        } catch (IOException | NumberFormatException _) {
            return OptionalInt.empty();
        }
    }

    public static String lastLine(Path log) {
        try (var lines = Files.lines(log, StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> !line.isBlank()).reduce((_, last) -> last).orElse("");
        } catch (IOException _) {
            return "";
        }
    }

    /// Removes the VM and all its files. The caller holds its lock and has ended its processes.
    public void delete(VmFolder vm) throws VmException {
        try {
            Path aside = Files.createTempDirectory(folder, UNWANTED);
            Files.move(
                    vm.path(),
                    aside,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            FileTrees.delete(aside);
        } catch (IOException e) {
            throw new VmException.Failed("cannot delete " + vm.path(), e);
        }
    }

    /// Removes the leftovers of crashed commands.
    private void sweep() throws IOException, VmException {
        List<Path> left;
        try (var files = Files.list(folder)) {
            left = files.filter(file -> isLeftover(file.getFileName().toString())).toList();
        }
        for (Path each : left) {
            Path lock = new VmFolder(each).lock();
            if (!Files.exists(lock)) {
                // A folder without a lock was just created or is almost deleted, unless it is old.
                Instant modified = Files.getLastModifiedTime(each).toInstant();
                if (modified.isBefore(Instant.now().minus(MIN_LEFTOVER_AGE)))
                    FileTrees.delete(each);
                continue;
            }
            var held = locks.tryLock(lock, "sweep");
            if (held.isEmpty()) continue;
            try (var _ = held.get()) {
                FileTrees.delete(each);
            }
        }
    }

    private static boolean isLeftover(String name) {
        return name.startsWith(UNFINISHED) || name.startsWith(UNWANTED);
    }

    private static void discard(@Nullable Path unfinished) throws VmException {
        if (unfinished == null) return;
        try {
            FileTrees.delete(unfinished);
        } catch (IOException e) {
            throw new VmException.Failed("cannot delete " + unfinished, e);
        }
    }

    private static Optional<Json.Obj> read(Path file) throws VmException {
        try {
            return Json.parse(Files.readString(file)) instanceof Json.Obj object
                    ? Optional.of(object)
                    : Optional.empty();
        } catch (NoSuchFileException | JsonException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new VmException.Failed("cannot read " + file, e);
        }
    }

    /// Writes the file atomically: readers see either the old or the new content.
    private static void write(Path file, Json json) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(fresh, json.pretty() + "\n");
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
