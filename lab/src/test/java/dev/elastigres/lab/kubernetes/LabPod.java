package dev.elastigres.lab.kubernetes;

import dev.elastigres.testbed.TestbedException;
import dev.elastigres.testbed.kubernetes.Kubectl;

/// A pod with one container called `postgres`.
record LabPod(Kubectl kubectl, String namespace, String name) {
    private static final String STATUS = "{.status.containerStatuses[0].";

    /// Returns a field of the pod by kubectl's JSONPath: `{.status.phase}`. Empty if it is not
    /// set.
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

    /// Returns the container's id with the runtime's prefix: `containerd://…`.
    String containerId() throws TestbedException {
        return get(STATUS + "containerID}");
    }

    int restarts() throws TestbedException {
        return Integer.parseInt(get(STATUS + "restartCount}"));
    }

    /// Returns the limits that are in force, as the node reports them: `500m/512Mi`.
    String inForce() throws TestbedException {
        return get(STATUS + "resources.limits.cpu}/") + get(STATUS + "resources.limits.memory}");
    }

    /// Returns the reason of a resize condition that is true; empty if it is not.
    String resizing(String type) throws TestbedException {
        return get("{.status.conditions[?(@.type==\"%s\")].reason}".formatted(type));
    }

    /// Returns the generation, which counts changes of the spec.
    int generation() throws TestbedException {
        return Integer.parseInt(get("{.metadata.generation}"));
    }

    /// Returns the limits of the spec: `500m/512Mi`.
    String asked() throws TestbedException {
        String limits = "{.spec.containers[0].resources.limits.";
        return get(limits + "cpu}/") + get(limits + "memory}");
    }

    /// Changes an annotation without a meaning.
    void touch() throws TestbedException {
        kubectl.run(
                "annotate",
                "pod",
                name,
                "--namespace=" + namespace,
                "--overwrite",
                "lab/touched=" + System.nanoTime());
    }

    /// Patches requests and limits to the same values, as a plain `kubectl patch` would.
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
