package dev.elastigres.monitor.watch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/// Where Postgres' memory is read from, and what the operator should know of it.
///
/// @param source empty when nothing is watched
/// @param warning empty when all is as it should be
public record SourceChoice(Optional<MemorySource> source, Optional<String> warning) {

    /// The cgroup where the kernel has figures for it, else the process tree: it sees less, and
    /// costs more to read.
    ///
    /// @param cgroup the cgroup's folder
    /// @param root of the cgroup v2 hierarchy
    public static SourceChoice choose(
            Optional<Path> cgroup, Optional<Postmaster> postmaster, Path root, Path procfs) {
        boolean figures = cgroup.isPresent() && hasFigures(cgroup.get(), root);
        if (postmaster.isPresent() && !figures)
            return new SourceChoice(
                    Optional.of(new ProcessTree(procfs, postmaster.get())),
                    cgroup.map(
                            folder ->
                                    "no cgroup v2 memory controller for "
                                            + folder
                                            + ": watching the process tree of "
                                            + postmaster.get().description()
                                            + " instead"));
        if (cgroup.isPresent())
            return new SourceChoice(
                    Optional.of(new CgroupMemory(cgroup.get())),
                    figures
                            ? Optional.empty()
                            : Optional.of(
                                    "no cgroup v2 memory controller for "
                                            + cgroup.get()
                                            + " yet: downscales are refused until there is one, or"
                                            + " name Postgres by --pgdata or --pgpid"));
        return new SourceChoice(
                Optional.empty(),
                Optional.of(
                        "no memory is watched: downscales are not checked, and nothing is asked"
                                + " for; name Postgres by --cgroup, --pgdata or --pgpid"));
    }

    private static boolean hasFigures(Path cgroup, Path root) {
        return Files.exists(cgroup.resolve("memory.stat"))
                || controllers(root).anyMatch("memory"::equals);
    }

    private static Stream<String> controllers(Path root) {
        try {
            return Arrays.stream(
                    Files.readString(root.resolve("cgroup.controllers")).split("\\s+"));
        } catch (IOException _) {
            return Stream.empty();
        }
    }
}
