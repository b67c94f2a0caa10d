package dev.elastigres.vm.image;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.RequiredPrograms;
import dev.elastigres.vm.state.FileLocks;
import dev.elastigres.vm.state.XdgFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Builds images. Packages are unpacked into a folder, which becomes a file system. A first boot
/// completes it, so that an image that does not start is never used.
public final class ImageBuilder {
    /// Size of the disk. The file is sparse: it takes only the space of its contents.
    private static final String DISK_SIZE = "8G";

    /// Folder of the monitor's package with its jars, runtime and class cache.
    private static final String MONITOR = "usr/lib/elastigres-monitor";

    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    /// Modification time of files, so that equal inputs result in equal trees.
    private static final FileTime EPOCH = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    private final XdgFolders folders;
    private final FileLocks locks;
    private final Consumer<String> progress;

    public ImageBuilder(XdgFolders folders, FileLocks locks, Consumer<String> progress) {
        this.folders = folders;
        this.locks = locks;
        this.progress = progress;
    }

    /// Returns the image of `recipe`, and builds it first if it does not exist.
    public Path build(ImageRecipe recipe, Accelerator accelerator)
            throws VmException, InterruptedException {
        var images = new Images(folders.images());
        Path image = images.fileOf(recipe);
        try {
            Files.createDirectories(folders.images());
            images.sweep(locks);
            if (isThere(image)) return image;
            RequiredPrograms.BUILD.require();
            try (var _ = locks.lock(images.lock(), "image build", TIMEOUT.multipliedBy(4))) {
                images.sweepLocked();
                if (isThere(image)) return image;
                build(recipe, accelerator, image);
            }
            return image;
        } catch (IOException e) {
            throw new VmException.Failed("cannot build " + image, e);
        } catch (ExternalProgramException e) {
            throw new VmException.Failed("cannot build the image", e);
        }
    }

    private static boolean isThere(Path image) throws IOException {
        if (!Files.exists(image)) return false;
        Files.setLastModifiedTime(
                image, FileTime.from(Instant.now())); // the latest image is the default
        return true;
    }

    private void build(ImageRecipe recipe, Accelerator accelerator, Path image)
            throws IOException, VmException, ExternalProgramException, InterruptedException {
        Path work =
                Files.createTempDirectory(
                        Files.createDirectories(folders.images()), Images.UNFINISHED);
        try {
            Path tree = Files.createDirectory(work.resolve("tree"));
            GuestFiles.prepare(tree);
            List<Path> packages =
                    new PackageUnpacker(folders, progress).unpack(recipe.packageSet(), tree);
            if (recipe.monitor().isPresent()) unpackMonitor(recipe.monitor().get(), tree);
            GuestFiles.install(tree, recipe);
            listPackages(packages, tree);
            Path kernel = prepareBoot(tree);
            Path disk = work.resolve("disk.img");
            makeFileSystem(tree, disk, recipe);
            new FirstBoot(disk, kernel, tree.resolve("boot/initrd.img"), work, accelerator)
                    .run(progress);
            Files.move(disk, image, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            FileTrees.delete(work);
        }
    }

    /// Unpacks the monitor's package in full, with the files that dpkg keeps for completing its
    /// installation and checking it.
    private static void unpackMonitor(Path file, Path tree)
            throws IOException, ExternalProgramException, InterruptedException {
        PackageUnpacker.unpack(file, tree, List.of());
        for (String part : List.of("postinst", "md5sums")) {
            String text =
                    ExternalProgram.of(TIMEOUT, "dpkg-deb", "--info", file.toString(), part).run();
            GuestFiles.write(tree, "var/lib/dpkg/info/elastigres-monitor." + part, text, true);
        }
    }

    private static void listPackages(List<Path> packages, Path tree) throws IOException {
        var names =
                packages.stream()
                        .map(file -> file.getFileName().toString().replace("%3a", ":"))
                        .toList();
        GuestFiles.write(
                tree, "usr/share/elastigres/packages", String.join("\n", names) + "\n", false);
    }

    /// Puts the kernel and the initial ramdisk where VMs expect them.
    private static Path prepareBoot(Path tree) throws IOException, VmException {
        Path boot = tree.resolve("boot");
        Path kernel = boot.resolve("vmlinuz");
        try (var files = Files.list(boot)) {
            Path versioned =
                    files.filter(file -> file.getFileName().toString().startsWith("vmlinuz-"))
                            .findFirst()
                            .orElseThrow(
                                    () ->
                                            new VmException.Failed(
                                                    "the kernel's package has no kernel"));
            Files.move(versioned, kernel);
        }
        Files.write(boot.resolve("initrd.img"), Initramfs.from(tree));
        return kernel;
    }

    private void makeFileSystem(Path tree, Path disk, ImageRecipe recipe)
            throws IOException, ExternalProgramException, InterruptedException {
        progress.accept("making the file system");
        setTimes(tree);
        String identity = recipe.identity();
        String uuid = "e1a57165-0000-4000-8000-" + identity;
        // fakeroot makes root the owner of every file. Lazy initialization is off, because the
        // guests would perform it, and write it to each VM's own disk.
        var command =
                List.of(
                        "fakeroot",
                        "mke2fs",
                        "-q",
                        "-t",
                        "ext4",
                        "-L",
                        "elastigres",
                        "-U",
                        uuid,
                        "-m",
                        "1",
                        "-i",
                        "65536",
                        "-E",
                        "lazy_itable_init=0,lazy_journal_init=0,hash_seed=" + uuid,
                        "-d",
                        tree.toString(),
                        disk.toString(),
                        DISK_SIZE);
        var environment =
                Map.of("SOURCE_DATE_EPOCH", Long.toString(EPOCH.toInstant().getEpochSecond()));
        new ExternalProgram(command, environment, TIMEOUT).run();
    }

    /// Sets the times of all files except the monitor's. Those keep the times of their package, by
    /// which the class cache validates them.
    private static void setTimes(Path tree) throws IOException {
        Path kept = tree.resolve(MONITOR);
        try (var files = Files.walk(tree)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (!file.startsWith(kept) && !Files.isSymbolicLink(file))
                    Files.setLastModifiedTime(file, EPOCH);
            }
        }
    }
}
