package dev.elastigres.vm.image;

import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.state.FileLocks;
import dev.elastigres.vm.state.XdgFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Fetches Debian packages and unpacks them into a folder without installing them. No privileges
/// are needed. The work of the packages' scripts is left to the caller.
public final class PackageUnpacker {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    /// Unpacks with tar instead of dpkg-deb, because tar keeps the links of a merged `/usr`.
    private static final String UNPACK =
            """
            file=$1 tree=$2
            shift 2
            dpkg-deb --fsys-tarfile "$file" |
                tar --extract --directory="$tree" --keep-directory-symlink --no-same-owner "$@"
            """;

    private final XdgFolders folders;
    private final Consumer<String> progress;

    public PackageUnpacker(XdgFolders folders, Consumer<String> progress) {
        this.folders = folders;
        this.progress = progress;
    }

    /// Creates the folders and links that packages expect below `tree`, and unpacks all packages of
    /// `set` there.
    ///
    /// @param locks provides the build lock, so that only one unpacker fetches at a time
    public void into(Path tree, PackageSet set, FileLocks locks)
            throws VmException, InterruptedException {
        try {
            Files.createDirectories(folders.images());
            try (var _ =
                    locks.lock(
                            new Images(folders.images()).lock(),
                            "image build",
                            TIMEOUT.multipliedBy(4))) {
                GuestFiles.prepare(tree);
                unpack(set, tree);
            }
        } catch (IOException e) {
            throw new VmException.Failed("cannot prepare " + tree, e);
        } catch (ExternalProgramException e) {
            throw new VmException.Failed("cannot unpack packages", e);
        }
    }

    /// Fetches and unpacks the packages.
    ///
    /// @return the files of the packages
    List<Path> unpack(PackageSet set, Path tree)
            throws IOException, VmException, ExternalProgramException, InterruptedException {
        Path cache = Files.createDirectories(folders.cache());
        List<Path> packages =
                new PackageFetcher(cache.resolve("apt-" + set.release()), set).fetch(progress);
        int count = 0;
        for (Path file : packages) {
            count++;
            if (count % 20 == 0 || count == packages.size()) {
                progress.accept("unpacking packages: " + count + " of " + packages.size());
            }
            unpack(file, tree, set.unwanted());
        }
        return packages;
    }

    /// @param leftOut tar patterns of parts that are omitted
    public static void unpack(Path file, Path tree, List<String> leftOut)
            throws ExternalProgramException, InterruptedException {
        var command = new ArrayList<>(List.of("sh", "-c", UNPACK, "unpack"));
        command.add(file.toString());
        command.add(tree.toString());
        for (String pattern : leftOut) command.add("--exclude=" + pattern);
        new ExternalProgram(command, Map.of(), TIMEOUT).run();
    }
}
