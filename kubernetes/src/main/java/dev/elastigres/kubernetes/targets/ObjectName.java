package dev.elastigres.kubernetes.targets;

/// The name and namespace of a PostgresAutoscaler.
public record ObjectName(String namespace, String name) {

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
