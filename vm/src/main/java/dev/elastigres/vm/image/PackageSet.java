package dev.elastigres.vm.image;

import java.util.List;
import java.util.regex.Pattern;

/// Packages of one Debian release, with what these depend on.
///
/// @param release its name, such as `bookworm`
/// @param architecture as Debian calls it
/// @param archive where they come from
/// @param names what is asked for by name
/// @param leftOut names of packages' files that are not wanted, though others depend on them
/// @param unwanted parts of packages that are left out, as patterns of tar
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

    /// Those of a system of which nothing is installed later.
    public static PackageSet whole(
            String release, DebianArchive archive, List<String> names, List<String> unwanted) {
        return new PackageSet(release, "amd64", archive, names, PackageFetcher.LEFT_OUT, unwanted);
    }
}
