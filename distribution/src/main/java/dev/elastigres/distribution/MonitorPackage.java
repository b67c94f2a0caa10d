package dev.elastigres.distribution;

import dev.elastigres.host.file.FileTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The installable packages of the monitor.
///
/// @param architecture in Debian's notation
/// @param manual page for section 8
record MonitorPackage(
        Payload payload, String version, String architecture, String manual, Instant time) {
    static final String NAME = "elastigres-monitor";
    private static final String SUFFIX = ".deb";
    private static final String SETTINGS = "etc/elastigres/monitor.conf";

    /// Writes a Debian package, a tar archive and an SBOM.
    ///
    /// @param sbom of the package
    /// @return the files; they replace older files of the same names
    List<Path> write(Path folder, String sbom) throws IOException {
        return new PackageArchives(debian(), tree("", "etc/monitor.conf"), sbom)
                .write(folder, name(), time);
    }

    /// Returns the Debian package in `cache`, and makes it if it does not exist. The file is moved
    /// into place atomically, and old packages are deleted.
    Path keptIn(Path cache) throws IOException {
        DebianPackage debian = debian();
        Path file =
                cache.resolve(
                        Payload.PayloadKind.MONITOR.prefix() + debian.identity(time) + SUFFIX);
        var retention = new CacheRetention(cache, Payload.PayloadKind.MONITOR.prefix(), SUFFIX);
        if (retention.use(file)) return file;
        Path work = Files.createTempDirectory(cache, ".package-");
        try {
            Path fresh = work.resolve(name() + ".deb");
            debian.write(fresh, time);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            FileTrees.delete(work);
        }
        retention.prune(Instant.now());
        return file;
    }

    private String name() {
        return "%s_%s_%s".formatted(NAME, version, architecture);
    }

    private DebianPackage debian() throws IOException {
        return new DebianPackage(fields(), scripts(), List.of(SETTINGS), tree("usr/", SETTINGS));
    }

    private PackageTree tree(String prefix, String settings) throws IOException {
        String documents = prefix + "share/doc/" + NAME + "/";
        return new PackageTree()
                .copy(prefix + "lib/" + NAME, payload.folder())
                .text(prefix + "bin/" + NAME, text("elastigres-monitor.sh"), true)
                .text(
                        prefix + "lib/systemd/system/" + NAME + ".service",
                        text("elastigres-monitor.service"),
                        false)
                .bytes(
                        prefix + "share/man/man8/" + NAME + ".8.gz",
                        PackageArchives.compressed(manual),
                        false)
                .text(documents + "copyright", text("copyright"), false)
                .text(documents + "monitor-role.sql", text("monitor-role.sql"), false)
                .text(documents + "security.md", text("security.md"), false)
                .text(settings, text("monitor.conf"), false);
    }

    private Map<String, String> fields() {
        return DebianPackage.controlFields(
                NAME,
                version,
                architecture,
                Optional.empty(),
                """
                vm-monitor for Postgres whose VM grows and shrinks
                 Watches the memory of Postgres, asks the autoscaler-agent for more in time,
                 decides whether a downscale is safe, and keeps Postgres' cache fitted to the
                 memory that is there. Brings its own Java runtime.""");
    }

    private static Map<String, String> scripts() {
        return Map.of(
                "postinst", text("postinst"), "prerm", text("prerm"), "postrm", text("postrm"));
    }

    private static String text(String name) {
        return DebianPackage.resource(name);
    }
}
