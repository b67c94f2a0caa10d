package dev.elastigres.kubernetes.events;

/// What a pod is told.
public enum EventReason {
    /// It has another size.
    RESIZED("ElastigresResized", "Resize", false, 10),

    /// Its monitor does not agree to a shrink.
    REFUSED("ResizeRefused", "Resize", false, 1),

    /// Page cache holds its memory limit up.
    HELD_BY_PAGE_CACHE("HeldByPageCache", "Resize", false, 1),

    /// The node has no room yet.
    DEFERRED("ResizeDeferred", "Resize", true, 1),

    /// The node never does that.
    INFEASIBLE("ResizeInfeasible", "Resize", true, 1),

    /// A rule of the cluster does not let it through: a quota, a LimitRange, admission.
    REJECTED("ResizeRejected", "Resize", true, 1),

    /// The API server or the kubelet did not do it.
    FAILED("ResizeFailed", "Resize", true, 1),

    /// The Secret of its connection to Postgres cannot be used.
    NO_CONNECTION("PostgresSecretUnusable", "Connect", true, 1),

    /// It should grow, and the node's budget is spent.
    NODE_FULL("NodeFull", "Resize", true, 1),

    /// It was evicted to grow elsewhere, or could not be.
    EVICTION("ElastigresEviction", "Evict", true, 1),

    /// More than one says how it is to be scaled.
    CONFLICT("Conflict", "Choose", true, 1),

    /// What was said of it is wrong.
    INVALID("InvalidSettings", "Choose", true, 1),

    /// It cannot be scaled as it is.
    NOT_SCALABLE("NotScalable", "Choose", true, 1);

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

    /// As it is in the event.
    public String word() {
        return word;
    }

    String action() {
        return action;
    }

    String type() {
        return warning ? "Warning" : "Normal";
    }

    /// How many a pod gets within a minute.
    int perMinute() {
        return perMinute;
    }
}
