package dev.elastigres.kubernetes.events;

/// Reasons of events of pods and PostgresAutoscalers.
public enum EventReason {
    /// The size of the pod changed.
    RESIZED("ElastigresResized", "Resize", false, 10),

    /// The pod's monitor refused a shrink.
    REFUSED("ResizeRefused", "Resize", false, 1),

    /// Page cache prevents a lower memory limit.
    HELD_BY_PAGE_CACHE("HeldByPageCache", "Resize", false, 1),

    /// The node has no room at present.
    DEFERRED("ResizeDeferred", "Resize", true, 1),

    /// The node can never perform the resize.
    INFEASIBLE("ResizeInfeasible", "Resize", true, 1),

    /// A rule of the cluster rejected the resize: a quota, a LimitRange, admission.
    REJECTED("ResizeRejected", "Resize", true, 1),

    /// The API server or the kubelet failed to perform the resize.
    FAILED("ResizeFailed", "Resize", true, 1),

    /// The Secret with the connection string of the pod's Postgres cannot be used.
    NO_CONNECTION("PostgresSecretUnusable", "Connect", true, 1),

    /// The pod needs to grow, and the node's budget is used up.
    NODE_FULL("NodeFull", "Resize", true, 1),

    /// The pod was evicted to grow on another node, or could not be evicted.
    EVICTION("ElastigresEviction", "Evict", true, 1),

    /// Several sources configure the pod, or another autoscaler scales it.
    CONFLICT("Conflict", "Select", true, 1),

    /// The pod's configuration is invalid.
    INVALID("InvalidSettings", "Select", true, 1),

    /// The pod cannot be scaled in its present form.
    NOT_SCALABLE("NotScalable", "Select", true, 1),

    /// Pods of the PostgresAutoscaler are not scaled until a user changes something.
    STALLED("Stalled", "Scale", true, 1),

    /// Pods of the PostgresAutoscaler get less than they should have.
    LIMITED("Limited", "Scale", true, 1),

    /// All pods of the PostgresAutoscaler are scaled again.
    RECOVERED("Recovered", "Scale", false, 1);

    private final String word;
    private final String action;
    private final boolean warning;
    private final int perMinute;

    EventReason(String word, String action, boolean warning, int perMinute) {
        this.word = word;
        this.action = action;
        this.warning = warning;
        this.perMinute = perMinute;
    }

    /// Returns the reason as written in the event.
    public String word() {
        return word;
    }

    String action() {
        return action;
    }

    String type() {
        return warning ? "Warning" : "Normal";
    }

    /// Returns the maximum number of events of an object in one window.
    int perMinute() {
        return perMinute;
    }
}
