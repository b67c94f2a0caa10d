package dev.elastigres.kubernetes.targets;

/// The source of a pod's scaling configuration.
public sealed interface TargetSource {
    /// A PostgresAutoscaler of the pod's namespace.
    record Named(String object) implements TargetSource {}

    record Annotations() implements TargetSource {}
}
