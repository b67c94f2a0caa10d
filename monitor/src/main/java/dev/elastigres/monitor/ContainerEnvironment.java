package dev.elastigres.monitor;

import dev.elastigres.core.monitor.CpuRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.monitor.MonitorConfig.PostgresLocation;
import dev.elastigres.monitor.watch.CgroupMemory;
import dev.elastigres.monitor.watch.ContainerCpus;
import dev.elastigres.monitor.watch.ContainerTotal;
import dev.elastigres.monitor.watch.CpuCountSource;
import dev.elastigres.monitor.watch.CpuWatcher;
import dev.elastigres.monitor.watch.KernelReadException;
import dev.elastigres.monitor.watch.MachineTotal;
import dev.elastigres.monitor.watch.MemorySignals;
import dev.elastigres.monitor.watch.MemorySourceSelection;
import dev.elastigres.monitor.watch.MemoryTotal;
import dev.elastigres.monitor.watch.PolledMemorySignals;
import dev.elastigres.monitor.watch.TickScheduler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// The environment of a Postgres whose size is the limits of its cgroup: in a container of a
/// Kubernetes node, all of which one thread watches, or in a cgroup of this host.
final class ContainerEnvironment implements PostgresEnvironment {
    private final Path cgroup;
    private final MonitorConfig config;
    private final KernelReader reader;
    private final TickScheduler sampler;
    private final boolean isAlone;
    private final LogRateLimiter node;
    private final ContainerTotal total;
    private final ContainerCpus cpus;

    private ContainerEnvironment(
            Path cgroup,
            MonitorConfig config,
            KernelReader reader,
            TickScheduler sampler,
            boolean isAlone,
            LogRateLimiter node) {
        this.cgroup = cgroup;
        this.config = config;
        this.reader = reader;
        this.sampler = sampler;
        this.isAlone = isAlone;
        this.node = node;
        PostgresLocation watched = config.watched();
        total = ContainerTotal.of(cgroup, watched.cgroupRoot(), watched.meminfo());
        cpus = new ContainerCpus(reader, cgroup, watched.procfs());
    }

    /// Returns the environment of one of a node's containers.
    ///
    /// @param cgroup the directory of the container's cgroup
    /// @param reader shared by the process
    /// @param sampler shared by all containers
    /// @param node log for problems that all containers share
    static ContainerEnvironment ofNode(
            Path cgroup,
            MonitorConfig config,
            KernelReader reader,
            TickScheduler sampler,
            LogRateLimiter node) {
        return new ContainerEnvironment(cgroup, config, reader, sampler, false, node);
    }

    /// Returns the environment of the only Postgres of this process, in a cgroup that need not
    /// exist yet.
    ///
    /// @param cgroup the directory of the cgroup
    /// @param reader shared by the process
    static ContainerEnvironment alone(
            Path cgroup, MonitorConfig config, KernelReader reader, Log log) {
        var sampler =
                new TickScheduler("watcher", (what, cause) -> log.error(what, "error", cause))
                        .start();
        return new ContainerEnvironment(
                cgroup,
                config,
                reader,
                sampler,
                true,
                new LogRateLimiter(log, MonotonicClock::now));
    }

    @Override
    public MemorySourceSelection choice() {
        return new MemorySourceSelection(Optional.of(new CgroupMemory(cgroup)), Optional.empty());
    }

    /// Returns the total memory, read now. Before the Postgres of this host runs, that is the
    /// machine's: systemd makes the cgroup when it starts the unit.
    @Override
    public Bytes observed() throws KernelReadException {
        PostgresLocation watched = config.watched();
        return StartupReadings.total(
                reader,
                cgroup,
                () ->
                        isAlone && !Files.exists(cgroup)
                                ? new MachineTotal(watched.meminfo())
                                : ContainerTotal.of(
                                        cgroup, watched.cgroupRoot(), watched.meminfo()));
    }

    @Override
    public MemoryTotal total() {
        return total;
    }

    /// Returns the container's memory limit and available memory, as last read.
    Optional<ContainerTotal.ContainerMemory> room() {
        return total.room();
    }

    /// Returns the averaged CPU demand of the container.
    Optional<ContainerCpus.LoadAverages> load() {
        return cpus.load();
    }

    @Override
    public TickScheduler scheduler() {
        return sampler;
    }

    @Override
    public CpuCountSource cpus() {
        return cpus;
    }

    @Override
    public Optional<MemorySignals> signals(MemorySignals.MemorySignalListener listener) {
        return Optional.of(new PolledMemorySignals(cgroup, sampler.ticker(), listener));
    }

    /// Returns a watcher even if no CPUs are requested, because the container's load averages come
    /// from it.
    @Override
    public Optional<CpuWatcher> cpuWatcher(CpuWatcher.CpuReadingListener listener) {
        CpuRules rules = config.runner().rules().cpu().orElse(CpuRules.DEFAULT);
        return Optional.of(new CpuWatcher(reader, cpus, cgroup, rules, listener));
    }

    /// Logs one line for all containers, because they share one kernel.
    @Override
    public void missing(Log log, String what, String key, String value) {
        node.write(what, LogLevel.WARN, what, key, value);
    }

    /// Returns the files of this cgroup only; those of the node are reported once for all
    /// containers.
    @Override
    public Stream<String> silentFiles() {
        return reader.silent().stream()
                .filter(file -> file.startsWith(cgroup.toString()))
                .map(file -> file + " does not answer");
    }

    /// Stops the sampler unless it is shared with other containers.
    @Override
    public void close() {
        if (isAlone) sampler.close();
    }
}
