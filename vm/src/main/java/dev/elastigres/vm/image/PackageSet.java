package dev.elastigres.vm.image;

import java.util.List;

/// Packages of one Debian release, with what these depend on.
///
/// @param release its name, such as `bookworm`
/// @param archive where they come from
/// @param names what is asked for by name
/// @param unwanted parts of packages that are left out, as patterns of tar
public record PackageSet(
        String release, DebianArchive archive, List<String> names, List<String> unwanted) {
    public PackageSet {
        names = List.copyOf(names);
        unwanted = List.copyOf(unwanted);
    }
}
