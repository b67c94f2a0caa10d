package dev.elastigres.vm.image;

import dev.elastigres.vm.VmException;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.state.FileLocks;
import dev.elastigres.vm.state.XdgFolders;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// The image of a guest with the monitor of this very build, from this machine's own apt.
public final class LocalGuestImage {
    private LocalGuestImage() {}

    /// Built unless it is there.
    ///
    /// @param progress takes lines for a person who waits
    public static Path build(XdgFolders folders, FileLocks locks, Consumer<String> progress)
            throws VmException, InterruptedException {
        var release = PostgresRelease.POSTGRES_15;
        var monitor = Optional.of(monitor(folders, progress));
        var recipe = new ImageRecipe(release, debian(release), monitor);
        return build(recipe, folders, locks, progress);
    }

    /// Builds the image of `recipe` unless it is there.
    public static Path build(
            ImageRecipe recipe, XdgFolders folders, FileLocks locks, Consumer<String> progress)
            throws VmException, InterruptedException {
        // The first boot takes seconds even when translated; KVM is probed with an image's kernel.
        return new ImageBuilder(folders, locks, progress).build(recipe, Accelerator.TCG);
    }

    /// Returns the archive that this machine's apt uses.
    public static DebianArchive debian(PostgresRelease release) throws VmException {
        return DebianArchive.ofApt(Path.of("/etc/apt"), release)
                .orElseThrow(
                        () ->
                                new VmException.Refused(
                                        "this machine's apt has no Debian archive:"
                                                + " name one with --mirror URL"));
    }

    /// The monitor's Debian package.
    public static Path monitor(XdgFolders folders, Consumer<String> progress)
            throws VmException, InterruptedException {
        if (!System.getProperty("os.arch").equals("amd64"))
            throw new VmException.Refused(
                    "the guest is amd64 and this Java is not; an image without a monitor:"
                            + " --no-monitor");
        var packager =
                MonitorPackager.find()
                        .orElseThrow(
                                () ->
                                        new VmException.Refused(
                                                "this program cannot pack the monitor; an image"
                                                        + " without a monitor: --no-monitor"));
        progress.accept("packing the monitor");
        return packager.pack(folders.cache());
    }
}
