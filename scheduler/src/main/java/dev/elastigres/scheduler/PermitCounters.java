package dev.elastigres.scheduler;

import dev.elastigres.core.scheduler.NodeUsage;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.metrics.Counters;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// Counts requests and answers, and writes them and the room of the nodes to a metrics page.
/// Metrics that mean the same as the original's have its names.
final class PermitCounters {
    private final Counters requests =
            new Counters(
                    "autoscaling_plugin_resource_requests_total",
                    "Requests for permits, by the status code of the response",
                    "code");
    private final Counters permits =
            new Counters(
                            "elastigres_scheduler_permits_total",
                            "Permits, by result: granted, partial or denied",
                            "result")
                    .show("granted")
                    .show("partial")
                    .show("denied");

    void answered(int status) {
        requests.count(Integer.toString(status));
    }

    void granted() {
        permits.count("granted");
    }

    void denied(boolean grows) {
        permits.count(grows ? "partial" : "denied");
    }

    void write(MetricsWriter page, List<NodeUsage> nodes, double watermark) {
        requests.write(page);
        permits.write(page);
        page.gauge(
                "autoscaling_plugin_node_cpu_resources_current",
                "CPUs of a node: all, booked, booked before overcommit, moving away, watermark");
        write(page, nodes, watermark, Resources::vcpus);
        page.gauge(
                "autoscaling_plugin_node_mem_resources_current",
                "Bytes of a node: all, booked, booked before overcommit, moving away, watermark");
        write(page, nodes, watermark, it -> (double) it.memory().value());
        page.gauge("elastigres_scheduler_node_waiting_vms", "VMs whose last request was not met");
        for (NodeUsage node : nodes) page.sample(node.waiting(), "node", node.node());
    }

    private static void write(
            MetricsWriter page,
            List<NodeUsage> nodes,
            double watermark,
            ToDoubleFunction<Resources> amount) {
        for (NodeUsage node : nodes) {
            Resources all = node.allocatable();
            write(page, node, "Total", amount.applyAsDouble(all));
            write(page, node, "Reserved", amount.applyAsDouble(node.booked()));
            write(page, node, "Committed", amount.applyAsDouble(node.sizes()));
            write(page, node, "Migrating", amount.applyAsDouble(node.moving()));
            var mark =
                    new Resources(
                            Math.floor(all.vcpus() * watermark * 1000) / 1000,
                            all.memory().times(watermark));
            write(page, node, "Watermark", amount.applyAsDouble(mark));
        }
    }

    private static void write(MetricsWriter page, NodeUsage node, String field, double value) {
        page.sample(value, "node", node.node(), "field", field);
    }
}
