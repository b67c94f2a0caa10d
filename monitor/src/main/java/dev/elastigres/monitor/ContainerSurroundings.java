package dev.elastigres.monitor;

import dev.elastigres.core.monitor.CpuRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.Repeats;
import dev.elastigres.monitor.MonitorConfig.Watched;
import dev.elastigres.monitor.watch.CgroupMemory;
import dev.elastigres.monitor.watch.ContainerCpus;
import dev.elastigres.monitor.watch.ContainerTotal;
import dev.elastigres.monitor.watch.CpuCount;
import dev.elastigres.monitor.watch.CpuWatcher;
import dev.elastigres.monitor.watch.MemoryTotal;
import dev.elastigres.monitor.watch.PolledSignals;
import dev.elastigres.monitor.watch.Pulse;
import dev.elastigres.monitor.watch.Scratch;
import dev.elastigres.monitor.watch.SharedThread;
import dev.elastigres.monitor.watch.Signals;
import dev.elastigres.monitor.watch.SourceChoice;
import dev.elastigres.monitor.watch.UnreadableException;
import java.nio.file.Path;
import java.util.Optional;

/// A container of a node, among others. What it has is its own limits, and all of them are looked
/// at by one thread.
final class ContainerSurroundings implements Surroundings {
    private final Path cgroup;
    private final MonitorConfig config;
    private final SharedThread sampler;
    private final Repeats node;
    private final ContainerTotal total;
    private final ContainerCpus cpus;

    /// @param cgroup its folder
    /// @param sampler that looks at all of them
    /// @param node for what is the same for all of them
    ContainerSurroundings(Path cgroup, MonitorConfig config, SharedThread sampler, Repeats node) {
        this.cgroup = cgroup;
        this.config = config;
        this.sampler = sampler;
        this.node = node;
        Watched watched = config.watched();
        total = new ContainerTotal(cgroup, watched.meminfo(), sampler.scratch());
        cpus = new ContainerCpus(cgroup, watched.procfs());
    }

    @Override
    public SourceChoice choice() {
        return new SourceChoice(
                Optional.of(new CgroupMemory(cgroup, sampler.scratch())), Optional.empty());
    }

    /// With room of its own: the sampler's is in use.
    @Override
    public Bytes observed() throws UnreadableException {
        try (var once = new ContainerTotal(cgroup, config.watched().meminfo(), Scratch.create())) {
            return once.read();
        }
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
    public Pulse pulse() {
        return sampler.pulse();
    }

    @Override
    public CpuCount cpus() {
        return cpus;
    }

    @Override
    public Optional<Signals> signals(Signals.Listener listener) {
        return Optional.of(new PolledSignals(cgroup, sampler.pulse(), sampler.scratch(), listener));
    }

    /// Also where nobody asks for CPUs: it is what the load is known by.
    @Override
    public Optional<CpuWatcher> cpuWatcher(CpuWatcher.Listener listener) {
        CpuRules rules = config.runner().rules().cpu().orElse(CpuRules.DEFAULT);
        return Optional.of(new CpuWatcher(cpus, cgroup, rules, listener));
    }

    /// One line for all containers: they have one kernel.
    @Override
    public void missing(Log log, String what, String key, String value) {
        node.write(what, Level.WARN, what, key, value);
    }
}
