package dev.elastigres.kubernetes.targets;

/// What is done when the node has no room for a pod that should grow.
public enum OnNodeFull {
    WAIT,

    /// Waits, and says so in an event on the pod.
    NOTIFY,

    /// Has the pod evicted, so that it can begin anew on another node.
    EVICT
}
