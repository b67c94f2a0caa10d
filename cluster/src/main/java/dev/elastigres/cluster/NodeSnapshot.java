package dev.elastigres.cluster;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.testbed.kubernetes.KubernetesBinaries;
import dev.elastigres.vm.NewVmSpec;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.image.DebianArchive;
import dev.elastigres.vm.image.ImageBuilder;
import dev.elastigres.vm.image.ImageRecipe;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.XdgFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A saved VM with containerd running and the test images imported, which belongs to no cluster
/// yet. Every node is restored from it. It is kept in the user's cache until one of its inputs
/// changes.
///
/// @param machines manages the VM that is saved
/// @param progress receives lines of progress for an interactive user
record NodeSnapshot(
        KubernetesBinaries binaries,
        XdgFolders folders,
        VmManager machines,
        Consumer<String> progress) {
    static final Bytes MEMORY = Bytes.ofMebibytes(4096);
    static final int CPUS = 2;

    private static final String NAME = "node-golden";
    private static final String SUFFIX = ".snapshot";
    private static final Duration BUILD_TIMEOUT = Duration.ofMinutes(20);

    /// Returns the snapshot file, and makes it if it does not exist.
    Path make() throws VmException, GuestException, InterruptedException {
        PodImages images = podImages();
        var recipe = ImageRecipe.of(NodeImageFiles.variation(binaries), images.debian());
        Path image =
                new ImageBuilder(folders, machines.locks(), progress)
                        .build(recipe, Accelerator.TCG);
        List<Path> archives = images.archives();
        try {
            Path cache = Files.createDirectories(folders.cache().resolve("nodes"));
            Path file = cache.resolve(identity(image, archives) + SUFFIX);
            try (var _ =
                    machines.locks().lock(cache.resolve(".lock"), "node snapshot", BUILD_TIMEOUT)) {
                if (!Files.exists(file)) {
                    deleteOthers(cache);
                    save(image, archives, file);
                }
            }
            return file;
        } catch (IOException e) {
            throw new VmException.Failed("cannot store the node snapshot", e);
        }
    }

    /// Returns the images that every node has.
    ///
    /// @throws VmException.Refused if this machine has no Debian archive
    PodImages podImages() throws VmException {
        DebianArchive debian =
                DebianArchive.ofApt(Path.of("/etc/apt"), PodImages.RELEASE)
                        .orElseThrow(
                                () ->
                                        new VmException.Refused(
                                                "this machine's apt has no Debian archive"));
        return new PodImages(folders, machines.locks(), debian, progress);
    }

    /// Returns a name that changes with the inputs: the names of the image and of the archives
    /// contain digests of theirs.
    private static String identity(Path image, List<Path> archives) {
        var name = new StringBuilder(image.getFileName().toString().replace(".img", ""));
        for (Path archive : archives) name.append('-').append(suffix(archive));
        return name.toString();
    }

    private static String suffix(Path archive) {
        String name = archive.getFileName().toString();
        return name.substring(name.lastIndexOf('-') + 1).replace(".tar", "");
    }

    /// Deletes a snapshot that no longer loads, as after an upgrade of QEMU. The next one is made
    /// anew.
    static void discard(Path file) throws VmException {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new VmException.Failed("cannot delete " + file, e);
        }
    }

    /// Deletes snapshots of former inputs. They are large.
    private static void deleteOthers(Path cache) throws IOException {
        try (var old = Files.newDirectoryStream(cache, "*" + SUFFIX)) {
            for (Path each : old) Files.delete(each);
        }
    }

    private void save(Path image, List<Path> archives, Path file)
            throws VmException, GuestException, InterruptedException {
        progress.accept("booting the VM of the node snapshot");
        machines.create(
                new NewVmSpec(
                        NAME,
                        new CpuRange(CPUS, CPUS),
                        new MemoryRange(MEMORY, MEMORY),
                        Optional.of(image),
                        AcceleratorChoice.AUTO,
                        Network.closed()));
        try {
            machines.start(NAME, Duration.ZERO);
            var guest = new NodeGuest(machines, NAME);
            guest.awaitContainerd();
            for (Path archive : archives) {
                progress.accept("importing " + archive.getFileName());
                guest.importImage(archive);
            }
            // Pages of the page cache would only make the saved memory larger.
            guest.sh("sync; echo 3 > /proc/sys/vm/drop_caches");
            machines.snapshot(NAME, file);
        } finally {
            UninterruptibleWork.does(() -> machines.delete(NAME));
        }
    }
}
