package dev.elastigres.kubernetes.driver;

import dev.elastigres.daemon.metrics.Counters;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.util.Locale;

/// What became of resizes of pods. For any thread.
public final class ResizeCounts {
    /// How a call to the driver ended.
    enum Ending {
        /// In force, by the API server's word and the kernel's.
        DONE,
        /// The node has no room for now.
        DEFERRED,
        /// The node never has.
        INFEASIBLE,
        /// The kubelet could not, or less would have been too little.
        ERROR,
        /// The API server did not take it.
        FAILED,
        /// Not in force in time, and perhaps later.
        LATE
    }

    private final Counters counters =
            new Counters(
                    "elastigres_agent_pod_resizes_total",
                    "Resizes of pods, by what became of them",
                    "outcome");

    public ResizeCounts() {
        for (Ending each : Ending.values()) counters.show(label(each));
    }

    void count(Ending ending) {
        counters.count(label(ending));
    }

    private static String label(Ending ending) {
        return ending.name().toLowerCase(Locale.ROOT);
    }

    public void write(MetricsWriter page) {
        counters.write(page);
    }
}
