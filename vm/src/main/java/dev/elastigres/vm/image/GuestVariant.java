package dev.elastigres.vm.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A guest for another purpose than a database. The kernel, the init, the control channel and the
/// power button stay the same.
///
/// @param name name of its images
/// @param packages Debian packages that are installed instead of Postgres
/// @param kept the patterns of [PackageFetcher#UNWANTED_FILES] that it needs
/// @param texts its own files, by their destination; they replace those of the database. A file
///     that begins with `#!` is executable.
/// @param programs files of this machine, by their destination
public record GuestVariant(
        String name,
        List<String> packages,
        List<String> kept,
        Map<String, String> texts,
        Map<String, Path> programs) {
    public GuestVariant {
        packages = List.copyOf(packages);
        kept = List.copyOf(kept);
        texts = Map.copyOf(texts);
        programs = Map.copyOf(programs);
    }
}
