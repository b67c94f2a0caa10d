package dev.elastigres.monitor.metrics;

import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.KernelText;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/// Memory of Postgres' cgroup by kind, and its OOM kills, read at each scrape.
public final class CgroupMetrics {
    /// The kinds of `memory.stat` that add up to nearly all memory of the cgroup.
    private static final List<String> KINDS =
            List.of(
                    "anon",
                    "file",
                    "shmem",
                    "kernel_stack",
                    "pagetables",
                    "sock",
                    "slab_reclaimable",
                    "slab_unreclaimable");

    private final KernelReader reader;
    private final Path cgroup;

    /// Creates the metrics of one cgroup.
    ///
    /// @param reader reads the kernel's files
    /// @param cgroup the cgroup's directory, which need not exist
    public CgroupMetrics(KernelReader reader, Path cgroup) {
        this.reader = reader;
        this.cgroup = cgroup;
    }

    public void write(MetricsWriter page) {
        KernelText stat = reader.read(cgroup.resolve("memory.stat"));
        page.gauge("elastigres_monitor_cgroup_memory_bytes", "Memory of the cgroup, by kind");
        for (String kind : KINDS) {
            OptionalDouble bytes = stat.number(kind + " ");
            if (bytes.isPresent()) page.sample(bytes.getAsDouble(), "kind", kind);
        }
        KernelText events = reader.read(cgroup.resolve("memory.events"));
        page.counter(
                "elastigres_monitor_oom_kills_total",
                "Processes of the cgroup ended by the OOM killer, since its creation");
        OptionalDouble kills = events.number("oom_kill ");
        if (kills.isPresent()) page.sample(kills.getAsDouble());
    }
}
