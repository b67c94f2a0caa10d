package dev.elastigres.vm.image;

import dev.elastigres.vm.VmException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Where Debian's packages come from.
/// @param main the URI that `apt` knows the archive by
/// @param security the same for the security updates, which some mirrors do not carry
public record DebianArchive(String main, Optional<String> security) {

    /// The one that this machine's own `apt` uses, with the right release where it has a choice.
    /// @param apt its folder of settings, such as `/etc/apt`
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

    /// Others have a `bookworm main`, too, and even a folder `debian`; but they sign with keys of
    /// their own.
    private static boolean isDebian(AptSource source) {
        String path = source.uri().replaceFirst("/+$", "");
        return source.components().contains("main")
                && path.substring(path.lastIndexOf('/') + 1).startsWith("debian")
                && (source.signedBy().isEmpty() || source.signedBy().contains("debian-archive-"));
    }

    /// An archive holds all releases: one that is used for another has ours as well.
    private static Optional<String> uri(
            List<AptSource> sources, String suite, Predicate<AptSource> otherwise) {
        return sources.stream()
                .filter(source -> source.suite().equals(suite))
                .findFirst()
                .or(() -> sources.stream().filter(otherwise).findFirst())
                .map(AptSource::uri);
    }
}
