package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.Cgroup;
import dev.elastigres.daemon.cgroup.ContainerCgroups;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Finds the cgroups of containers. Each cgroup is searched for once. Thread-safe.
final class CgroupTree {
    private static final int MAX_KNOWN = 1024;

    private final ContainerCgroups containers;

    /// Cgroups found so far, by container ID.
    private final Map<String, Path> known = new ConcurrentHashMap<>();

    /// @param root mount point of the host's cgroup tree, usually `/sys/fs/cgroup`
    CgroupTree(Path root) {
        containers = new ContainerCgroups(root);
    }

    /// Returns the cgroup of the container; empty if there is none.
    Optional<Cgroup> of(String podUid, String containerId) {
        Path before = known.get(containerId);
        if (before != null && isCgroup(before)) return Optional.of(new Cgroup(before));
        if (known.size() >= MAX_KNOWN) known.clear();
        Optional<Path> found = find(podUid, containerId);
        found.ifPresent(it -> known.put(containerId, it));
        return found.map(Cgroup::new);
    }

    private Optional<Path> find(String podUid, String id) {
        Optional<Path> found = containers.find(podUid, id);
        if (found.isEmpty()) {
            containers.searchAgain();
            found = containers.find(podUid, id);
        }
        return found.filter(CgroupTree::isCgroup);
    }

    private static boolean isCgroup(Path folder) {
        return Files.exists(folder.resolve("memory.max"))
                && Files.exists(folder.resolve("cpu.max"));
    }
}
