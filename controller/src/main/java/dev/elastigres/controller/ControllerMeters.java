package dev.elastigres.controller;

import dev.elastigres.daemon.metrics.Counters;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.daemon.metrics.ProcessMetrics;
import dev.elastigres.daemon.service.BuildVersion;

/// Metrics of the controller. Thread-safe.
final class ControllerMeters {
    private static final String WRITTEN = "written";
    private static final String CONFLICT = "conflict";
    private static final String FAILED = "failed";

    private final ProcessMetrics process = new ProcessMetrics("the controller");
    private final Counters writes =
            new Counters(
                            "elastigres_controller_writes_total",
                            "Writes to the API server by object and result",
                            "object",
                            "result")
                    .show("nodeplan", WRITTEN)
                    .show("nodeplan", CONFLICT)
                    .show("nodeplan", FAILED)
                    .show("status", WRITTEN)
                    .show("status", CONFLICT)
                    .show("status", FAILED);

    /// The sizes of the cluster.
    ///
    /// @param plans NodePlans
    record ClusterCounts(int autoscalers, int pods, int nodes, int plans) {}

    void wrote(WriteTarget target) {
        writes.count(target.word(), WRITTEN);
    }

    void conflict(WriteTarget target) {
        writes.count(target.word(), CONFLICT);
    }

    void failed(WriteTarget target) {
        writes.count(target.word(), FAILED);
    }

    void write(MetricsWriter page, boolean isLeader, ClusterCounts counts) {
        page.info("elastigres_controller_build_info", "Version of the controller")
                .sample(1, "version", BuildVersion.of(ControllerMeters.class));
        page.gauge("elastigres_controller_leader", "1 if this controller is the leader, else 0")
                .sample(isLeader ? 1 : 0);
        page.gauge("elastigres_controller_autoscalers", "PostgresAutoscalers in the cluster")
                .sample(counts.autoscalers);
        page.gauge("elastigres_controller_pods", "Pods in the cluster").sample(counts.pods);
        page.gauge("elastigres_controller_nodes", "Nodes in the cluster").sample(counts.nodes);
        page.gauge("elastigres_controller_nodeplans", "NodePlans in the cluster")
                .sample(counts.plans);
        writes.write(page);
        process.write(page);
    }
}
