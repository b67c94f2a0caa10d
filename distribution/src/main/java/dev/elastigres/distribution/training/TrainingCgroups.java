package dev.elastigres.distribution.training;

import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A directory like the cgroup v2 tree of a node: idle cgroups for each pod and its container,
/// with the limits of the pod.
record TrainingCgroups(Path root) {
    /// Period of `cpu.max`, in microseconds.
    private static final int PERIOD = 100_000;

    /// Creates the cgroups of `pod`.
    void create(Pod pod) throws IOException {
        Path cgroup = Files.createDirectories(cgroup(pod));
        for (Path each : List.of(cgroup, cgroup.getParent())) writeIdle(each);
        setLimits(pod);
    }

    /// Sets the limits that the pod asks for.
    void setLimits(Pod pod) throws IOException {
        Resources size =
                ResourceAmounts.of(
                        pod.getSpec().getContainers().getFirst().getResources().getLimits());
        Path cgroup = cgroup(pod);
        for (Path each : List.of(cgroup, cgroup.getParent())) {
            Files.writeString(
                    each.resolve("cpu.max"),
                    "%d %d\n".formatted(Math.round(size.vcpus() * PERIOD), PERIOD));
            Files.writeString(each.resolve("memory.max"), size.memory().value() + "\n");
        }
    }

    private Path cgroup(Pod pod) {
        return root.resolve("kubepods")
                .resolve("pod" + pod.getMetadata().getUid())
                .resolve(containerId(pod));
    }

    static String containerId(Pod pod) {
        return pod.getStatus()
                .getContainerStatuses()
                .getFirst()
                .getContainerID()
                .replace("containerd://", "");
    }

    private static void writeIdle(Path cgroup) throws IOException {
        String stall =
                """
                some avg10=0.00 avg60=0.00 avg300=0.00 total=0
                full avg10=0.00 avg60=0.00 avg300=0.00 total=0
                """;
        Files.writeString(cgroup.resolve("memory.pressure"), stall);
        Files.writeString(cgroup.resolve("cpu.pressure"), stall);
        Files.writeString(cgroup.resolve("memory.current"), "67108864\n");
        Files.writeString(
                cgroup.resolve("memory.stat"),
                """
                anon 67108864
                file 0
                file_dirty 0
                file_writeback 0
                inactive_anon 0
                active_anon 67108864
                inactive_file 0
                active_file 0
                slab_reclaimable 0
                slab_unreclaimable 0
                """);
        Files.writeString(
                cgroup.resolve("memory.events"), "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n");
        Files.writeString(cgroup.resolve("cpu.stat"), "usage_usec 0\nuser_usec 0\nsystem_usec 0\n");
    }
}
