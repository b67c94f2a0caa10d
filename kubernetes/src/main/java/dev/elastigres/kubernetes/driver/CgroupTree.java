package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.Cgroup;
import dev.elastigres.daemon.cgroup.ContainerCgroups;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The cgroups of containers, of which each is looked for once. For any thread.
final class CgroupTree {
    private static final int MAX_KNOWN = 1024;

    private final ContainerCgroups containers;

    /// Those that were found, by the container's id.
    private final Map<String, Path> known = new ConcurrentHashMap<>();

    /// @param root usually `/sys/fs/cgroup`, or where the host's is mounted
    CgroupTree(Path root) {
        containers = new ContainerCgroups(root);
    }

    /// Empty when there is none.
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
            containers.lookAround();
            found = containers.find(podUid, id);
        }
        return found.filter(CgroupTree::isCgroup);
    }

    private static boolean isCgroup(Path folder) {
        return Files.exists(folder.resolve("memory.max"))
                && Files.exists(folder.resolve("cpu.max"));
    }
}
