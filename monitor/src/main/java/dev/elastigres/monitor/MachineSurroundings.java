package dev.elastigres.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.monitor.MonitorConfig.Watched;
import dev.elastigres.monitor.watch.CgroupMemory;
import dev.elastigres.monitor.watch.CpuCount;
import dev.elastigres.monitor.watch.CpuWatcher;
import dev.elastigres.monitor.watch.KernelSignals;
import dev.elastigres.monitor.watch.MachineCpus;
import dev.elastigres.monitor.watch.MachineTotal;
import dev.elastigres.monitor.watch.MemoryTotal;
import dev.elastigres.monitor.watch.OnlineCpus;
import dev.elastigres.monitor.watch.OwnThread;
import dev.elastigres.monitor.watch.Pulse;
import dev.elastigres.monitor.watch.Sampling;
import dev.elastigres.monitor.watch.Signals;
import dev.elastigres.monitor.watch.SourceChoice;
import dev.elastigres.monitor.watch.UnreadableException;
import java.util.Optional;

/// A machine that is there for this one Postgres.
final class MachineSurroundings implements Surroundings {
    private final MonitorConfig config;
    private final Watched watched;
    private final SourceChoice choice;
    private final MachineTotal total;

    MachineSurroundings(MonitorConfig config) {
        this.config = config;
        watched = config.watched();
        choice =
                SourceChoice.choose(
                        watched.cgroup(),
                        watched.postmaster(),
                        watched.cgroupRoot(),
                        watched.procfs());
        total = new MachineTotal(watched.meminfo());
    }

    @Override
    public SourceChoice choice() {
        return choice;
    }

    @Override
    public Bytes observed() throws UnreadableException {
        return total.read();
    }

    @Override
    public MemoryTotal total() {
        return total;
    }

    @Override
    public Pulse pulse() {
        return new OwnThread("watcher");
    }

    @Override
    public CpuCount cpus() {
        return new OnlineCpus(watched.procfs());
    }

    /// Of the cgroup, where it is what is watched and what is to come counts.
    @Override
    public Optional<Signals> signals(Signals.Listener listener) {
        boolean wanted = config.watch().sampling() instanceof Sampling.Adaptive && isCgroup();
        return watched.cgroup().filter(_ -> wanted).map(it -> new KernelSignals(it, listener));
    }

    /// Of the cgroup, where it is what is watched.
    @Override
    public Optional<CpuWatcher> cpuWatcher(CpuWatcher.Listener listener) {
        return config.runner()
                .rules()
                .cpu()
                .filter(_ -> isCgroup())
                .flatMap(
                        rules ->
                                watched.cgroup()
                                        .map(
                                                cgroup ->
                                                        new CpuWatcher(
                                                                new MachineCpus(watched.procfs()),
                                                                cgroup,
                                                                rules,
                                                                listener)));
    }

    private boolean isCgroup() {
        return choice.source().filter(CgroupMemory.class::isInstance).isPresent();
    }

    @Override
    public void missing(Log log, String what, String key, String value) {
        log.warn(what, key, value);
    }
}
