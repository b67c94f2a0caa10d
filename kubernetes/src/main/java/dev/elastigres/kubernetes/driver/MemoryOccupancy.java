package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.Cgroup;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.core.units.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The memory that a container occupies, as the kubelet counts it before it lowers a limit: page
/// cache included, of the container and of its pod.
///
/// @param container what the container occupies
/// @param pod what it would have to occupy for its pod's limit to be kept: the pod's usage less
///     what the limits of its other containers allow; zero where the pod has no limit
/// @param leftBehind what the pod occupies and no container of it: page cache of containers that
///     are gone
/// @param inUse what of the container the kernel cannot take back
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

    /// No limit may be lower.
    Bytes total() {
        return container.max(pod);
    }

    Bytes pageCache() {
        return total().minus(inUse);
    }
}
