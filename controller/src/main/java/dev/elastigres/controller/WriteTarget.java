package dev.elastigres.controller;

import dev.elastigres.kubernetes.targets.ObjectName;

/// An object that the controller writes.
sealed interface WriteTarget {
    /// The plan of a node.
    record NodeTarget(String node) implements WriteTarget {}

    /// The status of a PostgresAutoscaler.
    record StatusTarget(ObjectName object) implements WriteTarget {}

    /// Returns the kind of the object, as in metrics.
    default String word() {
        return switch (this) {
            case NodeTarget _ -> "nodeplan";
            case StatusTarget _ -> "status";
        };
    }

    /// Returns the operation and the needed right, as in a list of rights.
    default String right() {
        return switch (this) {
            case NodeTarget _ -> "create and patch nodeplans";
            case StatusTarget _ -> "patch postgresautoscalers/status";
        };
    }
}
