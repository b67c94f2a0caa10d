package dev.elastigres.vm.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What makes a guest another one than that of a database. The kernel, the init, the control
/// channel and the power button stay.
///
/// @param name what its images are called
/// @param packages of Debian, asked for in place of Postgres
/// @param kept those of [PackageFetcher#UNWANTED_FILES] that it needs
/// @param texts its own files, by where they go; they come in place of the database's. One that
/// begins
///     with `#!` is a program
/// @param programs files of this machine, by where they go
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
