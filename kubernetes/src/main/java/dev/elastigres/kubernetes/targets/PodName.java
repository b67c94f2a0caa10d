package dev.elastigres.kubernetes.targets;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/// The name and namespace of a pod. `NAMESPACE/POD` is its name as a VM.
public record PodName(String namespace, String name) {
    public static PodName of(Pod pod) {
        return new PodName(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
    }

    /// Parses the name of a VM; empty if it is not the name of a pod.
    public static Optional<PodName> parse(String vm) {
        int slash = vm.indexOf('/');
        return slash < 0
                ? Optional.empty()
                : Optional.of(new PodName(vm.substring(0, slash), vm.substring(slash + 1)));
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
