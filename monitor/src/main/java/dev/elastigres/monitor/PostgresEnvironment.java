package dev.elastigres.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.monitor.watch.CpuCountSource;
import dev.elastigres.monitor.watch.CpuWatcher;
import dev.elastigres.monitor.watch.KernelReadException;
import dev.elastigres.monitor.watch.MemorySignals;
import dev.elastigres.monitor.watch.MemorySourceSelection;
import dev.elastigres.monitor.watch.MemoryTotal;
import dev.elastigres.monitor.watch.TickScheduler;
import java.util.Optional;
import java.util.stream.Stream;

/// The environment of one Postgres: the sources of its memory and CPU figures, and the scheduler
/// that reads them.
sealed interface PostgresEnvironment extends AutoCloseable
        permits MachineEnvironment, ContainerEnvironment {

    /// Returns the selected source of memory usage.
    MemorySourceSelection choice();

    /// Returns the total memory, read now.
    ///
    /// @throws KernelReadException if it cannot be read
    Bytes observed() throws KernelReadException;

    /// Returns the source of the total memory, to be read by the threads of [#scheduler].
    MemoryTotal total();

    /// Returns the scheduler of the memory watcher.
    TickScheduler scheduler();

    /// Returns the source of the number of CPUs.
    CpuCountSource cpus();

    /// Returns the kernel's memory signals, not started; empty if they are not used here.
    Optional<MemorySignals> signals(MemorySignals.MemorySignalListener listener);

    /// Returns the CPU watcher, not started; empty if CPUs are not watched here.
    Optional<CpuWatcher> cpuWatcher(CpuWatcher.CpuReadingListener listener);

    /// Logs that this kernel lacks something.
    void missing(Log log, String what, String key, String value);

    /// Returns a problem for each kernel file that does not answer.
    Stream<String> silentFiles();

    /// Stops the parts that no other Postgres uses.
    @Override
    void close();
}
