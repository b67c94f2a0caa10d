package dev.elastigres.cluster;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.process.OrphanReaper;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// The cgroups of a node on this machine: one in each hierarchy of cgroup v1, or one in the
/// hierarchy of cgroup v2. Closing removes them, with those below, after the node's processes have
/// ended.
///
/// @param folders the cgroups
record NodeCgroups(List<Path> folders) implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    /// The controllers without which the kubelet does not start on cgroup v2.
    private static final Set<String> NEEDED = Set.of("cpu", "cpuset", "memory", "pids");

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(20);

    /// Makes the cgroups.
    ///
    /// @param name of each; must not be used again
    static NodeCgroups make(String name) throws TestbedException {
        try {
            var folders = new ArrayList<Path>();
            for (Path hierarchy : hierarchies()) {
                Path folder = hierarchy.resolve(name);
                OrphanReaper.watchCgroup(folder);
                folders.add(Files.createDirectory(folder));
                // A cgroup of cpuset takes no process while these are empty.
                copy(hierarchy, folder, "cpuset.cpus");
                copy(hierarchy, folder, "cpuset.mems");
            }
            return new NodeCgroups(List.copyOf(folders));
        } catch (IOException e) {
            throw new TestbedException("cannot make the cgroups of a node", e);
        }
    }

    private static List<Path> hierarchies() throws IOException, TestbedException {
        Path enabled = ROOT.resolve("cgroup.subtree_control");
        if (Files.exists(enabled)) {
            var controllers = Set.of(Files.readString(enabled).strip().split(" ", -1));
            for (String each : NEEDED)
                if (!controllers.contains(each))
                    throw new TestbedException(
                            "a node needs the cgroup controller %1$s: echo +%1$s > %2$s"
                                    .formatted(each, enabled));
            return List.of(ROOT);
        }
        try (var mounts = Files.lines(Path.of("/proc/self/mounts"))) {
            return mounts.map(line -> line.split(" ", -1))
                    .filter(it -> it[2].equals("cgroup") || it[2].equals("cgroup2"))
                    .map(it -> Path.of(it[1]))
                    .filter(it -> it.startsWith(ROOT))
                    .toList();
        }
    }

    private static void copy(Path hierarchy, Path folder, String file) throws IOException {
        Path own = folder.resolve(file);
        if (Files.exists(own) && Files.readString(own).isBlank())
            Files.writeString(own, Files.readString(hierarchy.resolve(file)));
    }

    @Override
    public void close() throws TestbedException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        try {
            for (Path folder : folders) {
                while (!isRemoved(folder)) {
                    if (System.nanoTime() - deadline > 0)
                        throw new TestbedException("cannot remove the busy cgroup " + folder);
                    Thread.sleep(POLL);
                }
            }
        } catch (IOException e) {
            throw new TestbedException("cannot remove the cgroups of a node", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while the cgroups of a node are removed", e);
        }
    }

    /// Removes a cgroup and those below it. Returns false while one of them is busy, which it is
    /// for a moment after its last process was killed.
    private static boolean isRemoved(Path folder) throws IOException {
        if (!Files.exists(folder)) return true;
        try (var all = Files.walk(folder)) {
            for (Path each : all.filter(Files::isDirectory).sorted(DEEPEST_FIRST).toList())
                Files.deleteIfExists(each);
            return true;
        } catch (DirectoryNotEmptyException e) {
            throw e;
        } catch (FileSystemException _) {
            return false;
        }
    }

    private static final Comparator<Path> DEEPEST_FIRST =
            Comparator.comparingInt(Path::getNameCount).reversed();
}
