package dev.elastigres.monitor;

import dev.elastigres.core.monitor.CpuRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.Repeats;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.monitor.MonitorConfig.Watched;
import dev.elastigres.monitor.watch.CgroupMemory;
import dev.elastigres.monitor.watch.ContainerCpus;
import dev.elastigres.monitor.watch.ContainerTotal;
import dev.elastigres.monitor.watch.CpuCount;
import dev.elastigres.monitor.watch.CpuWatcher;
import dev.elastigres.monitor.watch.MemoryTotal;
import dev.elastigres.monitor.watch.PolledSignals;
import dev.elastigres.monitor.watch.Signals;
import dev.elastigres.monitor.watch.SourceChoice;
import dev.elastigres.monitor.watch.TickScheduler;
import dev.elastigres.monitor.watch.UnreadableException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// A container of a node, among others. What it has is its own limits, and all of them are looked
/// at by one thread.
final class ContainerSurroundings implements Surroundings {
    private final Path cgroup;
    private final MonitorConfig config;
    private final KernelReader reader;
    private final TickScheduler sampler;
    private final Repeats node;
    private final ContainerTotal total;
    private final ContainerCpus cpus;

    /// @param cgroup its folder
    /// @param reader of the process
    /// @param sampler that looks at all of them
    /// @param node for what is the same for all of them
    ContainerSurroundings(
            Path cgroup,
            MonitorConfig config,
            KernelReader reader,
            TickScheduler sampler,
            Repeats node) {
        this.cgroup = cgroup;
        this.config = config;
        this.reader = reader;
        this.sampler = sampler;
        this.node = node;
        Watched watched = config.watched();
        total = new ContainerTotal(cgroup, watched.meminfo());
        cpus = new ContainerCpus(reader, cgroup, watched.procfs());
    }

    @Override
    public SourceChoice choice() {
        return new SourceChoice(Optional.of(new CgroupMemory(cgroup)), Optional.empty());
    }

    @Override
    public Bytes observed() throws UnreadableException {
        Path meminfo = config.watched().meminfo();
        return TimedReading.total(reader, cgroup, () -> new ContainerTotal(cgroup, meminfo));
    }

    @Override
    public MemoryTotal total() {
        return total;
    }

    /// What it may have and what is left of it, as last read.
    Optional<ContainerTotal.Room> room() {
        return total.room();
    }

    /// What it would have used of CPUs.
    Optional<ContainerCpus.Load> load() {
        return cpus.load();
    }

    @Override
    public TickScheduler scheduler() {
        return sampler;
    }

    @Override
    public CpuCount cpus() {
        return cpus;
    }

    @Override
    public Optional<Signals> signals(Signals.Listener listener) {
        return Optional.of(new PolledSignals(cgroup, sampler.ticker(), listener));
    }

    /// Also where nobody asks for CPUs: it is what the load is known by.
    @Override
    public Optional<CpuWatcher> cpuWatcher(CpuWatcher.Listener listener) {
        CpuRules rules = config.runner().rules().cpu().orElse(CpuRules.DEFAULT);
        return Optional.of(new CpuWatcher(reader, cpus, cgroup, rules, listener));
    }

    /// One line for all containers: they have one kernel.
    @Override
    public void missing(Log log, String what, String key, String value) {
        node.write(what, Level.WARN, what, key, value);
    }

    /// Of the cgroup; what the node does not answer is told once for all of them.
    @Override
    public Stream<String> silentFiles() {
        return reader.silent().stream()
                .filter(file -> file.startsWith(cgroup.toString()))
                .map(file -> file + " does not answer");
    }

    /// The sampler is there for others, too.
    @Override
    public void close() {}
}
