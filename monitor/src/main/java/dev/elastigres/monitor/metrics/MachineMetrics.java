package dev.elastigres.monitor.metrics;

import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.KernelText;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Load, memory, CPU times and pressure of the machine, with the names that agents expect. Read
/// from the kernel at each scrape; unknown values are left out.
public final class MachineMetrics {
    // Number of kernel units in one unit of the metric.
    private static final double ONE = 1;
    private static final double KIBIBYTES = 1 / 1024.0;

    /// Linux reports CPU times to programs in hundredths of a second on all architectures.
    private static final double TICKS = 100;

    /// The columns of a CPU's line in `stat`, in order.
    private static final List<String> MODES =
            List.of("user", "nice", "system", "idle", "io_wait", "irq", "soft_irq", "steal");

    private record MachineMetric(String name, String key, String help) {}

    private static final List<MachineMetric> MEMORY =
            List.of(
                    new MachineMetric("total", "MemTotal:", "Memory that the kernel manages"),
                    new MachineMetric("free", "MemFree:", "Unused memory"),
                    new MachineMetric(
                            "available", "MemAvailable:", "Memory available without swapping"),
                    new MachineMetric("cached", "Cached:", "Page cache, shared memory included"),
                    new MachineMetric("buffers", "Buffers:", "Cache of block devices"),
                    new MachineMetric("active", "Active:", "Memory used lately"),
                    new MachineMetric("inactive", "Inactive:", "Memory not used lately"),
                    new MachineMetric(
                            "anonymous", "AnonPages:", "Memory of processes without a file"),
                    new MachineMetric("shared", "Shmem:", "Shared memory and files in memory"),
                    new MachineMetric("dirty", "Dirty:", "Memory that waits to be written to disk"),
                    new MachineMetric(
                            "slab_reclaimable",
                            "SReclaimable:",
                            "Memory of the kernel's objects that it can give back"),
                    new MachineMetric(
                            "slab_unreclaimable",
                            "SUnreclaim:",
                            "Memory of the kernel's objects that it cannot give back"),
                    new MachineMetric("page_tables", "PageTables:", "Memory of page tables"),
                    new MachineMetric(
                            "kernel_stack", "KernelStack:", "Memory of the kernel's stacks"),
                    new MachineMetric("committed", "Committed_AS:", "Memory promised to processes"),
                    new MachineMetric("swap_total", "SwapTotal:", "Swap space"),
                    new MachineMetric("swap_free", "SwapFree:", "Unused swap space"));

    private final KernelReader reader;
    private final Path procfs;
    private final Path meminfo;
    private final Optional<Path> cgroup;

    /// @param cgroup directory of Postgres' cgroup, whose kills by the OOM killer count; if empty,
    ///     those of the whole machine do
    public MachineMetrics(KernelReader reader, Path procfs, Path meminfo, Optional<Path> cgroup) {
        this.cgroup = cgroup;
        this.reader = reader;
        this.procfs = procfs;
        this.meminfo = meminfo;
    }

    public void write(MetricsWriter page) {
        writeLoad(page);
        writeMemory(page);
        writeEvents(page);
        writeCpus(page);
        new PressureMetrics(reader, procfs.resolve("pressure"), "").write(page);
    }

    private void writeLoad(MetricsWriter page) {
        String[] lines = reader.read(procfs.resolve("loadavg")).lines();
        if (lines.length == 0) return;
        String[] loads = lines[0].split(" ", -1);
        int[] minutes = {1, 5, 15};
        for (int i = 0; i < minutes.length && i < loads.length; i++) {
            page.gauge(
                    "host_load" + minutes[i],
                    "Processes that ran or waited to, averaged over " + minutes[i] + " min");
            sample(page, KernelText.parse(loads[i]), ONE);
        }
    }

    private void writeMemory(MetricsWriter page) {
        KernelText text = reader.read(meminfo);
        for (MachineMetric figure : MEMORY) {
            page.gauge("host_memory_" + figure.name + "_bytes", figure.help);
            sample(page, text.number(figure.key), KIBIBYTES);
        }
        page.gauge("host_memory_swap_used_bytes", "Swap space in use");
        OptionalDouble total = text.number("SwapTotal:");
        OptionalDouble free = text.number("SwapFree:");
        if (total.isPresent() && free.isPresent())
            page.sample((total.getAsDouble() - free.getAsDouble()) / KIBIBYTES);
    }

    private void writeEvents(MetricsWriter page) {
        KernelText text = reader.read(procfs.resolve("vmstat"));
        page.counter("host_memory_swapped_in_pages_total", "Pages read back from swap space");
        sample(page, text.number("pswpin "), ONE);
        page.counter("host_memory_swapped_out_pages_total", "Pages written to swap space");
        sample(page, text.number("pswpout "), ONE);
        page.counter("host_memory_major_faults_total", "Page faults that waited for a disk");
        sample(page, text.number("pgmajfault "), ONE);
        page.counter("host_memory_oom_kills_total", "Processes ended by the OOM killer");
        // Other processes of a machine that Postgres shares do not say that Postgres lacks memory.
        OptionalDouble kills =
                cgroup.map(it -> reader.read(it.resolve("memory.events")).number("oom_kill "))
                        .filter(OptionalDouble::isPresent)
                        .orElseGet(() -> text.number("oom_kill "));
        sample(page, kills, ONE);
    }

    private void writeCpus(MetricsWriter page) {
        KernelText text = reader.read(procfs.resolve("stat"));
        int cpus = 0;
        page.counter("host_cpu_seconds_total", "Time of each CPU, by mode");
        for (String line : text.lines()) {
            if (!line.startsWith("cpu")) break;
            String[] fields = line.split(" +", -1);
            String cpu = fields[0].substring("cpu".length());
            // The first line has the sum of all CPUs.
            if (cpu.isEmpty()) continue;
            cpus++;
            for (int i = 0; i < MODES.size() && i + 1 < fields.length; i++)
                sample(
                        page,
                        KernelText.parse(fields[i + 1]),
                        TICKS,
                        "cpu",
                        cpu,
                        "mode",
                        MODES.get(i));
        }
        page.gauge("host_logical_cpus", "CPUs that are switched on");
        if (cpus > 0) page.sample(cpus);
        page.gauge("host_boot_time_seconds", "When the machine started, in Unix time");
        sample(page, text.number("btime "), ONE);
    }

    private static void sample(
            MetricsWriter page, OptionalDouble value, double per, String... labels) {
        if (value.isPresent()) page.sample(value.getAsDouble() / per, labels);
    }
}
