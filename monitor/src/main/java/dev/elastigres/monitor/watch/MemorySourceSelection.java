package dev.elastigres.monitor.watch;

import dev.elastigres.daemon.metrics.KernelReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// The selected source of Postgres' memory usage, with a warning for the operator.
///
/// @param source the source; empty if memory is not watched
/// @param warning what is wrong; empty if nothing is
public record MemorySourceSelection(Optional<MemorySource> source, Optional<String> warning) {

    /// Selects the cgroup if the kernel has its memory figures, else the process tree, which covers
    /// less and costs more to read.
    ///
    /// @param cgroup the cgroup's directory
    /// @param postmaster names the postmaster for the process tree
    /// @param root root of the cgroup v2 hierarchy
    /// @param procfs usually `/proc`
    /// @param reader reads the kernel's files
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
                        "no memory is watched: downscales are not checked, and none is"
                                + " requested; name Postgres by --cgroup, --pgdata or --pgpid"));
    }

    /// Returns why the kernel has no reliable figures for the cgroup; empty if it has, or will have
    /// once the cgroup is created.
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
