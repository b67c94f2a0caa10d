package dev.elastigres.vm.image;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.host.file.FileTrees;
import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.host.process.ProcessIdentity;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.state.FileLocks;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The built images of this user. An image is one file: a disk with the kernel and the initial
/// ramdisk in its `/boot`.
public record Images(Path folder) {
    /// Prefix of the folders in which images are being built.
    static final String UNFINISHED = ".build-";

    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final String SUFFIX = ".img";
    private static final String DELETED = ".deleted-";
    private static final String NO_ROOM = "No space left on device";
    private static final int SWEEP_ATTEMPTS = 20;
    private static final Duration SWEEP_PAUSE = Duration.ofMillis(50);

    /// A built image.
    ///
    /// @param name name of its file, without `.img`
    /// @param file the image file
    /// @param onDisk disk space that it takes; less than its size, because the file is sparse
    /// @param usedAt when it was last built or requested
    public record ImageEntry(String name, Path file, Bytes onDisk, Instant usedAt) {}

    /// A file or folder that a killed command left.
    ///
    /// @param path the file or folder
    /// @param onDisk disk space that it takes
    /// @param leftAt when it was last changed
    /// @param cause the killed command, as a clause
    public record ImageLeftover(Path path, Bytes onDisk, Instant leftAt, String cause) {}

    /// Returns the lock file that a build holds.
    Path lock() {
        return folder.resolve(".lock");
    }

    private Path deletionLock() {
        return folder.resolve(".delete");
    }

    /// Returns the leftovers of killed builds and killed deletions. Those of running ones are not
    /// leftovers.
    public List<ImageLeftover> leftovers(FileLocks locks) throws VmException, InterruptedException {
        var leftovers = new ArrayList<ImageLeftover>();
        addLeftovers(leftovers, UNFINISHED, locks, lock(), "left by a killed build");
        addLeftovers(leftovers, DELETED, locks, deletionLock(), "left by a killed deletion");
        return leftovers;
    }

    private void addLeftovers(
            List<ImageLeftover> leftovers, String prefix, FileLocks locks, Path lock, String cause)
            throws VmException, InterruptedException {
        try {
            if (!Files.isDirectory(folder) || hidden(prefix).isEmpty()) return;
            var held = locks.tryLock(lock, "image list");
            if (held.isEmpty()) return;
            try (var _ = held.get()) {
                for (Path each : hidden(prefix))
                    leftovers.add(
                            new ImageLeftover(each, onDisk(each), time(each).toInstant(), cause));
            }
        } catch (IOException e) {
            throw new VmException.Failed("cannot list " + folder, e);
        }
    }

    /// Removes the leftovers of killed builds, and restores the images that killed deletions have
    /// renamed.
    ///
    /// @return the removed leftovers
    public List<ImageLeftover> removeLeftovers(FileLocks locks)
            throws VmException, InterruptedException {
        List<ImageLeftover> leftovers = leftovers(locks);
        if (leftovers.isEmpty()) return List.of();
        try {
            sweep(locks);
            try (var _ = locks.lock(deletionLock(), "image delete", TIMEOUT)) {
                putBack();
            }
        } catch (IOException e) {
            throw new VmException.Failed("cannot remove the leftovers in " + folder, e);
        }
        return leftovers.stream()
                .filter(it -> isUnfinished(it.path) && Files.notExists(it.path))
                .toList();
    }

    private List<Path> hidden(String prefix) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(it -> it.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    /// Removes the leftovers of killed builds, unless a build is running.
    void sweep(FileLocks locks) throws IOException, VmException, InterruptedException {
        if (hidden(UNFINISHED).isEmpty()) return;
        var held = locks.tryLock(lock(), "image build");
        if (held.isEmpty()) return;
        try (var _ = held.get()) {
            sweepLocked();
        }
    }

    /// Like [#sweep], for the holder of the build lock. No other build is running then.
    void sweepLocked() throws IOException, InterruptedException {
        for (Path each : hidden(UNFINISHED)) remove(each);
    }

    private static boolean isUnfinished(Path file) {
        return file.getFileName().toString().startsWith(UNFINISHED);
    }

    /// Removes a leftover. Programs of the build may have outlived it and still write there.
    private static void remove(Path leftover) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            ProcessIdentity.naming(leftover).forEach(ProcessIdentity::kill);
            try {
                FileTrees.delete(leftover);
                return;
            } catch (DirectoryNotEmptyException e) {
                if (attempt == SWEEP_ATTEMPTS) throw e;
                Thread.sleep(SWEEP_PAUSE);
            }
        }
    }

    /// Returns all images, sorted by name.
    public List<ImageEntry> list() throws VmException, InterruptedException {
        if (!Files.isDirectory(folder)) return List.of();
        List<Path> images;
        try (var files = Files.list(folder)) {
            images = files.filter(it -> isImage(it.getFileName().toString())).sorted().toList();
        } catch (IOException e) {
            throw new VmException.Failed("cannot list " + folder, e);
        }
        var entries = new ArrayList<ImageEntry>();
        for (Path file : images) {
            if (Files.exists(file))
                entries.add(new ImageEntry(name(file), file, onDisk(file), time(file).toInstant()));
        }
        return entries;
    }

    private static boolean isImage(String name) {
        return name.endsWith(SUFFIX) && !name.startsWith(".");
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - SUFFIX.length());
    }

    private static Bytes onDisk(Path file) throws VmException, InterruptedException {
        try {
            String output =
                    ExternalProgram.of(
                                    TIMEOUT, "du", "--summarize", "--block-size=1", file.toString())
                            .run();
            return Bytes.of(Long.parseLong(output.substring(0, output.indexOf('\t'))));
        } catch (ExternalProgramException | NumberFormatException e) {
            throw new VmException.Failed("cannot see how large " + file + " is", e);
        }
    }

    /// Returns the image with this name, file name or path.
    public ImageEntry find(String name) throws VmException, InterruptedException {
        List<ImageEntry> all = list();
        return all.stream()
                .filter(
                        it ->
                                name.equals(it.name())
                                        || name.equals(it.name() + SUFFIX)
                                        || name.equals(it.file().toString()))
                .findFirst()
                .orElseThrow(
                        () ->
                                new VmException.Refused(
                                        "there is no image "
                                                + name
                                                + "; `vm image list` shows those that there are"));
    }

    /// Returns the path of the image of `recipe`, which may not exist yet.
    public Path fileOf(ImageRecipe recipe) throws VmException {
        try {
            return folder.resolve(recipe.title() + "-" + recipe.identity() + SUFFIX);
        } catch (IOException e) {
            throw new VmException.Failed("cannot read what goes into the image", e);
        }
    }

    /// Returns the database image that was built or requested last; empty if there is none.
    public Optional<Path> latest() throws VmException {
        if (!Files.isDirectory(folder)) return Optional.empty();
        try (var files = Files.list(folder)) {
            return files.filter(file -> isOfDatabase(file.getFileName().toString()))
                    .max(Comparator.comparing(Images::time));
        } catch (IOException e) {
            throw new VmException.Failed("cannot list " + folder, e);
        }
    }

    private static boolean isOfDatabase(String name) {
        return name.startsWith("postgres-") && name.endsWith(SUFFIX);
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException _) {
            return FileTime.fromMillis(0); // the file was just deleted
        }
    }

    /// Checks whether an image may be deleted, after it can no longer be found.
    @FunctionalInterface
    public interface ImageUse {
        /// @throws VmException.Refused if the image is in use
        void check() throws VmException;
    }

    /// Deletes the image completely or not at all. It is renamed first, and its use is checked
    /// afterwards, so that no new use can begin between the check and the deletion.
    public void delete(ImageEntry image, FileLocks locks, ImageUse objection)
            throws VmException, InterruptedException {
        Path aside = folder.resolve(DELETED + image.file().getFileName());
        try (var _ = locks.lock(deletionLock(), "image delete", TIMEOUT)) {
            putBack();
            Files.move(image.file(), aside, StandardCopyOption.ATOMIC_MOVE);
            try {
                objection.check();
            } catch (VmException e) {
                Files.move(aside, image.file(), StandardCopyOption.ATOMIC_MOVE);
                throw e;
            }
            Files.delete(aside);
        } catch (NoSuchFileException _) {
            throw new VmException.Refused("there is no image " + image.name() + " any more");
        } catch (IOException e) {
            throw new VmException.Failed("cannot delete " + image.file(), e);
        }
    }

    /// Restores images that a killed deletion has renamed.
    private void putBack() throws IOException {
        for (Path each : hidden(DELETED)) {
            String name = each.getFileName().toString().substring(DELETED.length());
            Files.move(each, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /// Copies the kernel and the initial ramdisk of `image` to `kernel` and `initrd`.
    public static void extractBoot(Path image, Path kernel, Path initrd)
            throws VmException, InterruptedException {
        dump(image, "/boot/vmlinuz", kernel);
        dump(image, "/boot/initrd.img", initrd);
    }

    /// Copies a file out of an image. debugfs reads a file system without mounting it, and reports
    /// a failure only by not creating the file.
    private static void dump(Path image, String from, Path to)
            throws VmException, InterruptedException {
        try {
            var command =
                    List.of(
                            "debugfs",
                            "-R",
                            "dump %s \"%s\"".formatted(from, to),
                            image.toString());
            var result = new ExternalProgram(command, Map.of(), TIMEOUT).tryRun(_ -> {});
            if (result.output().contains(NO_ROOM))
                throw new VmException.Failed("cannot write %s: %s".formatted(to, NO_ROOM));
            if (!Files.exists(to) || Files.size(to) == 0) {
                throw new VmException.Refused(
                        image + " is not an image of elastigres: " + result.lastLine());
            }
        } catch (ExternalProgramException | IOException e) {
            throw new VmException.Failed("cannot read " + image, e);
        }
    }
}
