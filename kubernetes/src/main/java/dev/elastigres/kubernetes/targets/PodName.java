package dev.elastigres.kubernetes.targets;

/// A pod's name and namespace, which are its name as a VM: `NAMESPACE/POD`.
public record PodName(String namespace, String name) {

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
