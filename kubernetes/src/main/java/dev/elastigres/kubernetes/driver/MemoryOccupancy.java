package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.Cgroup;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.core.units.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Memory that a container occupies, as the kubelet counts it before it lowers a limit: with the
/// page cache of the container and of its pod.
///
/// @param container memory that the container occupies
/// @param pod the pod's usage less the limits of its other containers. The container's limit cannot
///     be below it without exceeding the pod's limit. Zero if the pod or the container has no
///     limit.
/// @param leftBehind memory that the pod occupies but none of its containers: page cache of
///     containers that no longer exist
/// @param inUse memory of the container that the kernel cannot reclaim
record MemoryOccupancy(Bytes container, Bytes pod, Bytes leftBehind, Bytes inUse) {

    static MemoryOccupancy of(Cgroup cgroup) throws DriverException.Failed, InterruptedException {
        Bytes container = cgroup.current();
        Path folder = cgroup.folder().getParent();
        if (folder == null || !Files.exists(folder.resolve("memory.max")))
            return new MemoryOccupancy(container, Bytes.ZERO, Bytes.ZERO, cgroup.usage());
        var pod = new Cgroup(folder);
        Bytes podUsage = pod.current();
        Bytes children = Bytes.ZERO;
        for (Cgroup each : pod.children()) children = children.plus(each.current());
        return new MemoryOccupancy(
                container,
                boundByPod(podUsage, pod.memory(), cgroup.memory()),
                podUsage.minus(children),
                cgroup.usage());
    }

    private static Bytes boundByPod(Bytes usage, Optional<Bytes> podLimit, Optional<Bytes> limit) {
        if (podLimit.isEmpty() || limit.isEmpty()) return Bytes.ZERO;
        return usage.minus(podLimit.get().minus(limit.get()));
    }

    /// Returns the lower bound of the memory limit.
    Bytes total() {
        return container.max(pod);
    }

    Bytes pageCache() {
        return total().minus(inUse);
    }
}
