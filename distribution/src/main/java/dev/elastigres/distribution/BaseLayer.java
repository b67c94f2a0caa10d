package dev.elastigres.distribution;

import dev.elastigres.host.file.FileTrees;
import dev.elastigres.host.process.ExternalProgram;
import dev.elastigres.host.process.ExternalProgramException;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.image.DebianArchive;
import dev.elastigres.vm.image.PackageFetcher;
import dev.elastigres.vm.image.PackageSet;
import dev.elastigres.vm.image.PackageUnpacker;
import dev.elastigres.vm.image.PostgresRelease;
import dev.elastigres.vm.qemu.RequiredPrograms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The lowest layer of the image: Debian's C library and a user, without any programs. The Java
/// runtime needs nothing else of a system.
///
/// @param cache folder of downloaded packages
/// @param architecture in Debian's notation
record BaseLayer(Path cache, String architecture) {
    /// User and group id of the daemons. This user owns no files.
    static final int USER = 65532;

    private static final PostgresRelease RELEASE = PostgresRelease.POSTGRES_15;
    private static final List<String> NAMES = List.of("libc6", "libc-bin");

    /// Excludes all dependencies of the packages: only programs that are not in the image need
    /// them.
    private static final Pattern LEFT_OUT = Pattern.compile("(?!libc6_|libc-bin_).*");

    private static final RequiredPrograms TOOLS =
            new RequiredPrograms(Map.of("apt-get", "apt", "dpkg-deb", "dpkg", "tar", "tar"));
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    /// The paths that are copied from the packages: shared libraries, the C.UTF-8 locale, the
    /// copyright.
    private static final List<String> WANTED =
            List.of("lib/", "lib64/", "usr/lib/locale/C.utf8/", "usr/share/doc/libc6/copyright");

    private static final String PASSWD =
            """
            root:x:0:0:root:/:/nonexistent
            nonroot:x:%1$d:%1$d:nonroot:/:/nonexistent
            """
                    .formatted(USER);
    private static final String GROUP =
            """
            root:x:0:
            nonroot:x:%d:
            """
                    .formatted(USER);

    /// Writes the layer into the folder `root`.
    void write(Path root, Consumer<String> progress) throws PackException, InterruptedException {
        try {
            TOOLS.require();
            DebianArchive archive =
                    DebianArchive.ofApt(Path.of("/etc/apt"), RELEASE)
                            .orElseThrow(
                                    () ->
                                            new PackException.Refused(
                                                    "apt is not configured with a Debian archive;"
                                                            + " the image needs its C library"));
            List<Path> packages =
                    new PackageFetcher(
                                    cache.resolve("apt-base-" + architecture),
                                    new PackageSet(
                                            RELEASE.debian(),
                                            architecture,
                                            archive,
                                            NAMES,
                                            LEFT_OUT,
                                            List.of()))
                            .fetch(progress);
            for (Path file : packages) add(file, root);
            text(root, "etc/passwd", PASSWD);
            text(root, "etc/group", GROUP);
            text(root, "etc/nsswitch.conf", "hosts: files dns\n");
            Files.createDirectories(root.resolve("tmp"));
        } catch (VmException.Missing e) {
            throw new PackException.Refused(String.valueOf(e.getMessage()));
        } catch (VmException | ExternalProgramException | IOException e) {
            throw new PackException.Failed("cannot put Debian's C library into the image", e);
        }
    }

    private static void add(Path file, Path root)
            throws VmException, ExternalProgramException, IOException, InterruptedException {
        Path tree = Files.createTempDirectory("elastigres-base-");
        try {
            PackageUnpacker.unpack(file, tree, List.of());
            try (Stream<Path> all = Files.walk(tree)) {
                for (Path each : (Iterable<Path>) all::iterator) {
                    String place = tree.relativize(each).toString();
                    if (!Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS) && isWanted(place))
                        copy(tree, each, root.resolve(place));
                }
            }
        } finally {
            FileTrees.delete(tree);
        }
        // Vulnerability scanners read the package's fields here, as in other images without dpkg.
        String fields = ExternalProgram.of(TIMEOUT, "dpkg-deb", "--field", file.toString()).run();
        String name = file.getFileName().toString().replaceFirst("_.*", "");
        text(root, "var/lib/dpkg/status.d/" + name, fields);
    }

    private static boolean isWanted(String place) {
        return WANTED.stream().anyMatch(place::startsWith);
    }

    /// Copies a file. A symbolic link becomes a copy of its target in the same package.
    private static void copy(Path tree, Path file, Path to) throws IOException {
        Path source = file;
        if (Files.isSymbolicLink(file)) {
            Path target = Files.readSymbolicLink(file);
            source =
                    target.isAbsolute()
                            ? tree.resolve(target.toString().substring(1))
                            : file.resolveSibling(target);
        }
        Files.createDirectories(to.getParent());
        Files.copy(source, to);
    }

    private static void text(Path root, String place, String text) throws IOException {
        Path file = root.resolve(place);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
