package dev.elastigres.agent.worker;

/// What a worker needs, each of which can be in trouble.
enum WorkerDependency {
    DRIVER("driver"),
    PERMITS("permits"),
    MONITOR("monitor"),
    READINESS("readiness"),
    HOST_METRICS("host metrics"),
    CACHE_METRICS("cache metrics"),
    WORKER("worker");

    private final String title;

    WorkerDependency(String title) {
        this.title = title;
    }

    /// As it is shown.
    String title() {
        return title;
    }
}
