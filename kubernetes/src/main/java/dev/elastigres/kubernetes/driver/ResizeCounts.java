package dev.elastigres.kubernetes.driver;

import dev.elastigres.daemon.metrics.Counters;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.util.Locale;

/// Counts resizes of pods by their results. Thread-safe.
public final class ResizeCounts {
    /// Result of the resize of one resource.
    enum ResizeResult {
        /// The API server and the kernel both show the new size.
        DONE,
        /// The node has no room at present.
        DEFERRED,
        /// The node can never perform the resize.
        INFEASIBLE,
        /// The new size would be less than the container needs.
        IN_USE,
        /// Page cache prevents a lower memory limit.
        HELD_BY_PAGE_CACHE,
        /// A rule of the cluster rejected the resize, or a part of it.
        REJECTED,
        /// The API server was unavailable, or the kubelet failed.
        FAILED,
        /// The new size was not in force in time, but may be later.
        LATE
    }

    private final Counters counters =
            new Counters(
                    "elastigres_agent_pod_resizes_total",
                    "Resizes of pods, by resource and outcome",
                    "resource",
                    "outcome");

    public ResizeCounts() {
        for (PodResize.ResizePart part : PodResize.ResizePart.values())
            for (ResizeResult each : ResizeResult.values()) counters.show(label(part), label(each));
    }

    void count(PodResize.ResizePart part, ResizeResult ending) {
        counters.count(label(part), label(ending));
    }

    private static String label(PodResize.ResizePart part) {
        return switch (part) {
            case CPUS -> "cpu";
            case MEMORY -> "memory";
        };
    }

    private static String label(ResizeResult ending) {
        return ending.name().toLowerCase(Locale.ROOT);
    }

    public void write(MetricsWriter page) {
        counters.write(page);
    }
}
