package dev.elastigres.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.monitor.MonitorConfig.PostgresLocation;
import dev.elastigres.monitor.watch.CgroupMemory;
import dev.elastigres.monitor.watch.CpuCountSource;
import dev.elastigres.monitor.watch.CpuWatcher;
import dev.elastigres.monitor.watch.KernelMemorySignals;
import dev.elastigres.monitor.watch.KernelReadException;
import dev.elastigres.monitor.watch.MachineCpus;
import dev.elastigres.monitor.watch.MachineTotal;
import dev.elastigres.monitor.watch.MemorySignals;
import dev.elastigres.monitor.watch.MemorySourceSelection;
import dev.elastigres.monitor.watch.MemoryTotal;
import dev.elastigres.monitor.watch.OnlineCpus;
import dev.elastigres.monitor.watch.SamplingConfig;
import dev.elastigres.monitor.watch.TickScheduler;
import java.util.Optional;
import java.util.stream.Stream;

/// The environment of a Postgres that has the machine to itself.
final class MachineEnvironment implements PostgresEnvironment {
    private final MonitorConfig config;
    private final PostgresLocation watched;
    private final KernelReader reader;
    private final TickScheduler scheduler;
    private final MemorySourceSelection choice;
    private final MachineTotal total;

    /// @param reader shared by the process
    MachineEnvironment(MonitorConfig config, KernelReader reader, Log log) {
        this.config = config;
        this.reader = reader;
        watched = config.watched();
        scheduler =
                new TickScheduler("watcher", (what, cause) -> log.error(what, "error", cause))
                        .start();
        choice =
                MemorySourceSelection.choose(
                        watched.cgroup(),
                        watched.postmaster(),
                        watched.cgroupRoot(),
                        watched.procfs(),
                        reader);
        total = new MachineTotal(watched.meminfo());
    }

    @Override
    public MemorySourceSelection choice() {
        return choice;
    }

    @Override
    public Bytes observed() throws KernelReadException {
        return StartupReadings.total(
                reader, watched.meminfo(), () -> new MachineTotal(watched.meminfo()));
    }

    @Override
    public MemoryTotal total() {
        return total;
    }

    @Override
    public TickScheduler scheduler() {
        return scheduler;
    }

    @Override
    public CpuCountSource cpus() {
        return new OnlineCpus(reader, watched.procfs());
    }

    /// Returns the kernel's signals of the cgroup, if the cgroup is the memory source and sampling
    /// is adaptive.
    @Override
    public Optional<MemorySignals> signals(MemorySignals.MemorySignalListener listener) {
        boolean wanted = config.watch().sampling() instanceof SamplingConfig.Adaptive && isCgroup();
        return watched.cgroup()
                .filter(_ -> wanted)
                .map(it -> new KernelMemorySignals(it, listener));
    }

    /// Returns a watcher of the cgroup, if the cgroup is the memory source and CPUs are requested.
    @Override
    public Optional<CpuWatcher> cpuWatcher(CpuWatcher.CpuReadingListener listener) {
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
                                                                reader,
                                                                new MachineCpus(
                                                                        reader, watched.procfs()),
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

    @Override
    public Stream<String> silentFiles() {
        return reader.silent().stream().map(file -> file + " does not answer");
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
