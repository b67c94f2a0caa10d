package dev.elastigres.vm.image;

import java.util.List;
import java.util.regex.Pattern;

/// Packages of one Debian release, with their dependencies.
///
/// @param release name of the release, such as `bookworm`
/// @param architecture Debian's name of the architecture
/// @param archive the package archive
/// @param names packages requested by name
/// @param leftOut file names of packages that are omitted, although others depend on them
/// @param unwanted parts of packages that are omitted, as tar patterns
public record PackageSet(
        String release,
        String architecture,
        DebianArchive archive,
        List<String> names,
        Pattern leftOut,
        List<String> unwanted) {
    public PackageSet {
        names = List.copyOf(names);
        unwanted = List.copyOf(unwanted);
    }

    /// Returns the packages of a complete system, in which no package is installed later.
    public static PackageSet whole(
            String release, DebianArchive archive, List<String> names, List<String> unwanted) {
        return new PackageSet(release, "amd64", archive, names, PackageFetcher.LEFT_OUT, unwanted);
    }
}
