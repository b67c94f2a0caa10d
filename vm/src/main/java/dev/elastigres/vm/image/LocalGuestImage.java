package dev.elastigres.vm.image;

import dev.elastigres.vm.VmException;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.state.FileLocks;
import dev.elastigres.vm.state.XdgFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// Builds guest images from the archive of this machine's apt, with the monitor of this build.
public final class LocalGuestImage {
    /// System property with the folder in which this program is installed. The launcher of the
    /// installed command sets it.
    private static final String HOME = "elastigres.home";

    private LocalGuestImage() {}

    /// Returns the default image, and builds it first if it does not exist.
    ///
    /// @param progress receives progress lines for users
    public static Path build(XdgFolders folders, FileLocks locks, Consumer<String> progress)
            throws VmException, InterruptedException {
        var release = PostgresRelease.POSTGRES_15;
        var monitor = Optional.of(monitor(folders, progress));
        var recipe = new ImageRecipe(release, debian(release), monitor);
        return build(recipe, folders, locks, progress);
    }

    /// Returns the image of `recipe`, and builds it first if it does not exist.
    public static Path build(
            ImageRecipe recipe, XdgFolders folders, FileLocks locks, Consumer<String> progress)
            throws VmException, InterruptedException {
        // TCG, because the first boot takes only seconds even with it, and probing KVM requires an
        // image's kernel.
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

    /// Returns the monitor's Debian package, and creates it first if it is not in the cache.
    public static Path monitor(XdgFolders folders, Consumer<String> progress)
            throws VmException, InterruptedException {
        if (!System.getProperty("os.arch").equals("amd64"))
            throw new VmException.Refused(
                    "the monitor in the guest needs an amd64 Java, which this one is not:"
                            + " use --no-monitor for an image without it");
        Optional<Path> shipped = shippedMonitor(System.getProperty(HOME, ""));
        if (shipped.isPresent()) return shipped.get();
        var packager =
                MonitorPackager.find()
                        .orElseThrow(
                                () ->
                                        new VmException.Refused(
                                                "this program cannot pack the monitor: use"
                                                        + " --no-monitor for an image without it"));
        progress.accept("packing the monitor");
        return packager.pack(folders.cache());
    }

    /// Returns the monitor's Debian package that is installed with this program; empty if there is
    /// none.
    ///
    /// @param home folder of the installed program; may be empty
    static Optional<Path> shippedMonitor(String home) {
        if (home.isEmpty()) return Optional.empty();
        return Optional.of(Path.of(home, "elastigres-monitor.deb")).filter(Files::isRegularFile);
    }
}
