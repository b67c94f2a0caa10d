package dev.elastigres.kubernetes.targets;

/// Who said that a pod is scaled.
public sealed interface TargetSource {
    /// A PostgresAutoscaler of the pod's namespace.
    record Named(String object) implements TargetSource {}

    record Annotations() implements TargetSource {}
}
