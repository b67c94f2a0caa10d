package dev.elastigres.kubernetes.driver;

import dev.elastigres.daemon.metrics.Counters;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.util.Locale;

/// What became of resizes of pods. For any thread.
public final class ResizeCounts {
    /// How the resize of one resource ended.
    enum ResizeResult {
        /// In force, by the API server's word and the kernel's.
        DONE,
        /// The node has no room for now.
        DEFERRED,
        /// The node never does that.
        INFEASIBLE,
        /// Less would have been too little.
        IN_USE,
        /// Page cache holds the memory limit up.
        HELD_BY_PAGE_CACHE,
        /// A rule of the cluster did not let it through, or not all of it.
        REJECTED,
        /// The API server was not there, or the kubelet could not.
        FAILED,
        /// Not in force in time, and perhaps later.
        LATE
    }

    private final Counters counters =
            new Counters(
                    "elastigres_agent_pod_resizes_total",
                    "Resizes of pods, by resource and by what became of them",
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
