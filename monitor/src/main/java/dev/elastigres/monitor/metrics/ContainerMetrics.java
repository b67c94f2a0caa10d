package dev.elastigres.monitor.metrics;

import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.KernelText;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.monitor.watch.ContainerCpus.LoadAverages;
import dev.elastigres.monitor.watch.ContainerTotal.ContainerMemory;
import dev.elastigres.monitor.watch.CpuCountSource;
import dev.elastigres.monitor.watch.OnlineCpus;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/// The metrics that agents read of a machine, for one container: total memory is its limit, and
/// load is its CPU demand. Unknown values are left out.
public final class ContainerMetrics {
    private static final double MICROSECONDS = 1e6;

    private final KernelReader reader;
    private final Path cgroup;
    private final Path procfs;
    private final Supplier<Optional<ContainerMemory>> room;
    private final Supplier<Optional<LoadAverages>> load;
    private final CpuCountSource cpus;

    /// Creates the metrics of one container.
    ///
    /// @param reader reads the kernel's files
    /// @param cgroup the directory of the container's cgroup
    /// @param procfs the node's `/proc`
    /// @param room the container's memory limit and available memory
    /// @param load the container's CPU demand, as load averages
    public ContainerMetrics(
            KernelReader reader,
            Path cgroup,
            Path procfs,
            Supplier<Optional<ContainerMemory>> room,
            Supplier<Optional<LoadAverages>> load) {
        this.reader = reader;
        this.cgroup = cgroup;
        this.procfs = procfs;
        this.room = room;
        this.load = load;
        this.cpus = new OnlineCpus(reader, procfs);
    }

    public void write(MetricsWriter page) {
        load.get().ifPresent(it -> writeLoad(page, it));
        room.get().ifPresent(it -> writeMemory(page, it));
        KernelText events = reader.read(cgroup.resolve("memory.events"));
        page.counter("host_memory_oom_kills_total", "Processes ended by the OOM killer");
        sample(page, events.number("oom_kill "), 1);
        writeCpus(page);
        new PressureMetrics(reader, cgroup, ".pressure").write(page);
    }

    private static void writeLoad(MetricsWriter page, LoadAverages load) {
        page.gauge("host_load1", "CPUs that were used or waited for, averaged over 1 min");
        page.sample(load.one());
        page.gauge("host_load5", "CPUs that were used or waited for, averaged over 5 min");
        page.sample(load.five());
        page.gauge("host_load15", "CPUs that were used or waited for, averaged over 15 min");
        page.sample(load.fifteen());
    }

    private void writeMemory(MetricsWriter page, ContainerMemory room) {
        page.gauge("host_memory_total_bytes", "The container's limit of memory");
        page.sample(room.total().value());
        page.gauge("host_memory_available_bytes", "Memory available below the limit");
        if (room.available().isPresent()) page.sample(room.available().get().value());
        page.gauge("host_memory_cached_bytes", "Its page cache, shared memory included");
        sample(page, reader.read(cgroup.resolve("memory.stat")).number("file "), 1);
    }

    /// Writes CPU times. The kernel does not count a cgroup's time by CPU, so it is distributed
    /// evenly over the node's CPUs, and the rest of their time is written as idle. From this,
    /// agents derive the number of CPUs and the elapsed time.
    private void writeCpus(MetricsWriter page) {
        KernelText stat = reader.read(cgroup.resolve("cpu.stat"));
        OptionalDouble user = stat.number("user_usec ");
        OptionalDouble system = stat.number("system_usec ");
        OptionalDouble count = cpus.count();
        OptionalDouble up = uptime();
        if (user.isEmpty() || system.isEmpty() || count.isEmpty() || up.isEmpty()) return;
        int all = (int) count.getAsDouble();
        double ofUser = user.getAsDouble() / MICROSECONDS / all;
        double ofSystem = system.getAsDouble() / MICROSECONDS / all;
        page.counter("host_cpu_seconds_total", "Time of each CPU, by mode");
        for (int i = 0; i < all; i++) {
            String cpu = Integer.toString(i);
            page.sample(ofUser, "cpu", cpu, "mode", "user");
            page.sample(ofSystem, "cpu", cpu, "mode", "system");
            double idle = Math.max(0, up.getAsDouble() - ofUser - ofSystem);
            page.sample(idle, "cpu", cpu, "mode", "idle");
        }
    }

    private OptionalDouble uptime() {
        String[] lines = reader.read(procfs.resolve("uptime")).lines();
        return lines.length == 0
                ? OptionalDouble.empty()
                : KernelText.parse(lines[0].split(" ", -1)[0]);
    }

    private static void sample(
            MetricsWriter page, OptionalDouble value, double per, String... labels) {
        if (value.isPresent()) page.sample(value.getAsDouble() / per, labels);
    }
}
