package dev.elastigres.agent.worker;

/// The dependencies of a worker, each of which can fail.
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

    /// Returns the name that is shown.
    String title() {
        return title;
    }
}
