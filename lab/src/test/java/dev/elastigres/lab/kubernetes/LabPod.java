package dev.elastigres.lab.kubernetes;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.Kubectl;

/// One pod with one container called `postgres`.
record LabPod(Kubectl kubectl, String namespace, String name) {
    private static final String STATUS = "{.status.containerStatuses[0].";

    /// A value of it, by kubectl's JSONPath: `{.status.phase}`. Empty when it has none.
    String get(String path) throws TestbedException {
        return kubectl.run(
                "get", "pod", name, "--namespace=" + namespace, "--output=jsonpath=" + path);
    }

    String uid() throws TestbedException {
        return get("{.metadata.uid}");
    }

    String qualityOfService() throws TestbedException {
        return get("{.status.qosClass}");
    }

    /// With the runtime's name before it: `containerd://…`.
    String containerId() throws TestbedException {
        return get(STATUS + "containerID}");
    }

    int restarts() throws TestbedException {
        return Integer.parseInt(get(STATUS + "restartCount}"));
    }

    /// The limits that are in force, as the node tells: `500m/512Mi`.
    String inForce() throws TestbedException {
        return get(STATUS + "resources.limits.cpu}/") + get(STATUS + "resources.limits.memory}");
    }

    /// Why a condition of its resize is true; empty while it is not.
    String resizing(String type) throws TestbedException {
        return get("{.status.conditions[?(@.type==\"%s\")].reason}".formatted(type));
    }

    /// Counts what it was asked to be.
    int generation() throws TestbedException {
        return Integer.parseInt(get("{.metadata.generation}"));
    }

    /// What it was asked to be last: `500m/512Mi`.
    String asked() throws TestbedException {
        String limits = "{.spec.containers[0].resources.limits.";
        return get(limits + "cpu}/") + get(limits + "memory}");
    }

    /// Changes something of it that means nothing.
    void touch() throws TestbedException {
        kubectl.run(
                "annotate",
                "pod",
                name,
                "--namespace=" + namespace,
                "--overwrite",
                "lab/touched=" + System.nanoTime());
    }

    /// Asks for other requests and limits, both the same, as `kubectl` alone would.
    void resize(String cpu, String memory) throws TestbedException {
        String size = "{\"cpu\":\"%s\",\"memory\":\"%s\"}".formatted(cpu, memory);
        kubectl.run(
                "patch",
                "pod",
                name,
                "--namespace=" + namespace,
                "--subresource=resize",
                "--patch",
                "{\"spec\":{\"containers\":[{\"name\":\"postgres\",\"resources\":{\"requests\":%1$s,\"limits\":%1$s}}]}}"
                        .formatted(size));
    }
}
