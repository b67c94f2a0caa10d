package dev.elastigres.vm.image;

import dev.elastigres.vm.VmException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A Debian package archive.
///
/// @param main URI of the archive, as `apt` uses it
/// @param security URI of the security updates, which some mirrors do not have
public record DebianArchive(String main, Optional<String> security) {

    /// Returns the archive that this machine's `apt` uses. If `apt` has several, a source of the
    /// given release is preferred.
    ///
    /// @param apt folder of apt's settings, such as `/etc/apt`
    public static Optional<DebianArchive> ofApt(Path apt, PostgresRelease release)
            throws VmException {
        try {
            return choose(AptSources.in(apt), release.debian());
        } catch (IOException e) {
            throw new VmException.Failed("cannot read the settings in " + apt, e);
        }
    }

    static Optional<DebianArchive> choose(List<AptSource> sources, String release) {
        List<AptSource> debian = sources.stream().filter(DebianArchive::isDebian).toList();
        Predicate<AptSource> updates = source -> source.suite().contains("-security");
        Optional<String> security = uri(debian, release + "-security", updates);
        return uri(debian, release, updates.negate())
                .map(main -> new DebianArchive(main, security));
    }

    /// Returns whether the source is Debian's archive. Other archives also have a `bookworm main`,
    /// and even a folder `debian`, but they are signed with other keys.
    private static boolean isDebian(AptSource source) {
        String path = source.uri().replaceFirst("/+$", "");
        return source.components().contains("main")
                && path.substring(path.lastIndexOf('/') + 1).startsWith("debian")
                && (source.signedBy().isEmpty() || source.signedBy().contains("debian-archive-"));
    }

    /// Returns the URI of a source with this suite, or of another source that matches. An archive
    /// contains all releases, so that a source of another release also has this one.
    private static Optional<String> uri(
            List<AptSource> sources, String suite, Predicate<AptSource> otherwise) {
        return sources.stream()
                .filter(source -> source.suite().equals(suite))
                .findFirst()
                .or(() -> sources.stream().filter(otherwise).findFirst())
                .map(AptSource::uri);
    }
}
