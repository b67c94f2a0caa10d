package dev.elastigres.kubernetes.targets;

/// The action when the node has no room for a pod that needs to grow.
public enum OnNodeFull {
    WAIT,

    /// Waits, and reports it in an event of the pod.
    NOTIFY,

    /// Evicts the pod, so that it can start on another node.
    EVICT
}
