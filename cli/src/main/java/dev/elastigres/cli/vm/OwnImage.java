package dev.elastigres.cli.vm;

import dev.elastigres.cli.pack.MonitorPackages;
import dev.elastigres.cli.pack.PackException;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.image.DebianArchive;
import dev.elastigres.vm.image.ImageBuilder;
import dev.elastigres.vm.image.PostgresRelease;
import dev.elastigres.vm.image.Recipe;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.state.FileLocks;
import dev.elastigres.vm.state.Folders;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/// The image of a guest with the monitor of this very build, from this machine's own apt.
public final class OwnImage {
    private OwnImage() {}

    /// Built unless it is there.
    ///
    /// @param progress takes lines for a person who waits
    public static Path build(Folders folders, FileLocks locks, Consumer<String> progress)
            throws VmException, InterruptedException {
        var release = PostgresRelease.POSTGRES_15;
        var monitor = Optional.of(monitor(folders, progress));
        var recipe = new Recipe(release, debian(release), monitor);
        return build(recipe, folders, locks, progress);
    }

    static Path build(Recipe recipe, Folders folders, FileLocks locks, Consumer<String> progress)
            throws VmException, InterruptedException {
        // The first boot takes seconds even when translated; KVM is probed with an image's kernel.
        return new ImageBuilder(folders, locks, progress).build(recipe, Accelerator.TCG);
    }

    static DebianArchive debian(PostgresRelease release) throws VmException {
        return DebianArchive.ofApt(Path.of("/etc/apt"), release)
                .orElseThrow(
                        () ->
                                new VmException.Refused(
                                        "this machine's apt has no Debian archive:"
                                                + " name one with --mirror URL"));
    }

    /// The monitor's Debian package.
    static Path monitor(Folders folders, Consumer<String> progress)
            throws VmException, InterruptedException {
        if (!System.getProperty("os.arch").equals("amd64"))
            throw new VmException.Refused(
                    "the guest is amd64 and this Java is not; an image without a monitor:"
                            + " --no-monitor");
        try {
            progress.accept("packing the monitor");
            return MonitorPackages.from(folders.cache(), System.getenv()).debian();
        } catch (PackException e) {
            throw switch (e) {
                case PackException.Refused _ ->
                        new VmException.Refused(String.valueOf(e.getMessage()));
                case PackException.Failed _ ->
                        new VmException.Failed("the monitor cannot be packed", e);
            };
        }
    }
}
