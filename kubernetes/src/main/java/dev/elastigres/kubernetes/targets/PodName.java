package dev.elastigres.kubernetes.targets;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Optional;

/// A pod's name and namespace, which are its name as a VM: `NAMESPACE/POD`.
public record PodName(String namespace, String name) {
    public static PodName of(Pod pod) {
        return new PodName(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
    }

    /// Empty for what is no name of a pod.
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
