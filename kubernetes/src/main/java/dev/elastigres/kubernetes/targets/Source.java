package dev.elastigres.kubernetes.targets;

/// Who said that a pod is scaled.
public sealed interface Source {
    /// A PostgresAutoscaler of the pod's namespace.
    record Named(String object) implements Source {}

    record Annotations() implements Source {}
}
