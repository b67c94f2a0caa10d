package dev.elastigres.testbed;

import dev.elastigres.host.file.FileTrees;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Properties;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// Unpacks the Postgres programs of a jar. They are unpacked into a temporary folder that is then
/// renamed, so that no process sees incomplete programs. If two processes unpack at the same time,
/// the second finds the folder and drops its copy.
final class EmbeddedBinaries {
    private EmbeddedBinaries() {}

    static PostgresPrograms unpacked() throws TestbedException {
        String architecture = architecture();
        String version = version();
        Path cache = cacheFolder();
        Path target = cache.resolve("postgres-%s-%s".formatted(version, architecture));
        if (!Files.isDirectory(target))
            unpack("/postgres-linux-" + architecture + ".txz", cache, target);
        return new PostgresPrograms("embedded " + version, target.resolve("bin"));
    }

    private static String architecture() throws TestbedException {
        String name = System.getProperty("os.arch", "");
        return switch (name) {
            case "amd64" -> "x86_64";
            case "aarch64" -> "arm_64";
            default ->
                    throw new TestbedException("no embedded Postgres for the architecture " + name);
        };
    }

    private static String version() throws TestbedException {
        var properties = new Properties();
        try (InputStream in = resource("/dev/elastigres/testbed/embedded.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new TestbedException("cannot read the version of the embedded Postgres", e);
        }
        return properties.getProperty("version", "unknown");
    }

    /// Returns the cache folder of the user. For root it is the machine's, because the unprivileged
    /// user that Postgres then runs as cannot read root's own cache.
    private static Path cacheFolder() {
        if (ServerAccount.current().isRoot()) return Path.of("/var/cache/elastigres");
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path cache =
                xdg != null && xdg.startsWith("/")
                        ? Path.of(xdg)
                        : Path.of(System.getProperty("user.home", "/tmp"), ".cache");
        return cache.resolve("elastigres");
    }

    private static void unpack(String archive, Path cache, Path target) throws TestbedException {
        try {
            Files.createDirectories(cache);
            // Not createTempDirectory, because its folders are not readable by other users.
            Path partial =
                    cache.resolve(
                            ".partial-%d-%d"
                                    .formatted(ProcessHandle.current().pid(), System.nanoTime()));
            Files.createDirectory(partial);
            try (InputStream in = resource(archive)) {
                extract(in, partial);
                Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileSystemException e) {
                if (!Files.isDirectory(target)) throw e;
            } finally {
                FileTrees.delete(partial);
            }
        } catch (IOException e) {
            throw new TestbedException("cannot unpack the embedded Postgres to " + target, e);
        }
    }

    private static void extract(InputStream archive, Path folder) throws IOException {
        try (var tar =
                new TarArchiveInputStream(
                        new XZCompressorInputStream(new BufferedInputStream(archive, 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                Path path = inside(folder, entry.getName());
                Files.createDirectories(path.getParent());
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isSymbolicLink()) {
                    inside(
                            folder,
                            folder.relativize(path.resolveSibling(entry.getLinkName())).toString());
                    Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
                } else if (entry.isLink()) {
                    Files.createLink(path, inside(folder, entry.getLinkName()));
                } else {
                    Files.copy(tar, path);
                    Files.setPosixFilePermissions(path, permissions(entry));
                }
            }
        }
    }

    private static Set<PosixFilePermission> permissions(TarArchiveEntry entry) {
        boolean executable = (entry.getMode() & 0100) != 0;
        return EnumSet.copyOf(
                PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    /// Returns the path of an entry. An archive must not write outside its folder.
    private static Path inside(Path folder, String name) throws IOException {
        Path path = folder.resolve(name).normalize();
        if (!path.startsWith(folder))
            throw new IOException("the archive leaves its folder: " + name);
        return path;
    }

    private static InputStream resource(String path) throws IOException {
        InputStream in = EmbeddedBinaries.class.getResourceAsStream(path);
        // The binaries are in a separate jar, not in this module.
        if (in == null) in = ClassLoader.getSystemResourceAsStream(path.substring(1));
        if (in == null) throw new IOException("not on the class path: " + path);
        return in;
    }
}
