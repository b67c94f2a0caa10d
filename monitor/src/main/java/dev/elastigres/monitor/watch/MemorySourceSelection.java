package dev.elastigres.monitor.watch;

import dev.elastigres.daemon.metrics.KernelReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// Where Postgres' memory is read from, and what the operator should know of it.
///
/// @param source empty when nothing is watched
/// @param warning empty when all is as it should be
public record MemorySourceSelection(Optional<MemorySource> source, Optional<String> warning) {

    /// The cgroup where the kernel has figures for it, else the process tree: it sees less, and
    /// costs more to read.
    ///
    /// @param cgroup the cgroup's folder
    /// @param root of the cgroup v2 hierarchy
    public static MemorySourceSelection choose(
            Optional<Path> cgroup,
            Optional<Postmaster> postmaster,
            Path root,
            Path procfs,
            KernelReader reader) {
        Optional<String> missing = cgroup.flatMap(folder -> missing(folder, root, reader));
        if (postmaster.isPresent() && (cgroup.isEmpty() || missing.isPresent()))
            return new MemorySourceSelection(
                    Optional.of(new ProcessTree(procfs, postmaster.get())),
                    missing.map(
                            why ->
                                    why
                                            + ": watching the process tree of "
                                            + postmaster.get().description()
                                            + " instead"));
        if (cgroup.isPresent())
            return new MemorySourceSelection(
                    Optional.of(new CgroupMemory(cgroup.get())),
                    missing.map(
                            why ->
                                    why
                                            + ": downscales are refused until there is a cgroup v2,"
                                            + " or name Postgres by --pgdata or --pgpid"));
        return new MemorySourceSelection(
                Optional.empty(),
                Optional.of(
                        "no memory is watched: downscales are not checked, and nothing is asked"
                                + " for; name Postgres by --cgroup, --pgdata or --pgpid"));
    }

    /// Why the kernel has no figures for it that can be relied on; empty when it has, or will once
    /// the cgroup is made.
    private static Optional<String> missing(Path cgroup, Path root, KernelReader reader) {
        Path stat = cgroup.resolve("memory.stat");
        if (Files.exists(stat))
            return CgroupMemory.isVersion1(reader.read(stat))
                    ? Optional.of(cgroup + " is a cgroup v1, whose figures cannot be relied on")
                    : Optional.empty();
        boolean controlled =
                Arrays.stream(reader.read(root.resolve("cgroup.controllers")).lines())
                        .flatMap(line -> Arrays.stream(line.split(" ", -1)))
                        .anyMatch("memory"::equals);
        return controlled
                ? Optional.empty()
                : Optional.of("no cgroup v2 memory controller for " + cgroup);
    }
}
