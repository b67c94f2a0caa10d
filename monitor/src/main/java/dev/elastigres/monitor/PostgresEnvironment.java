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

/// Where a Postgres runs: what memory and which CPUs are its, and who looks at them.
sealed interface PostgresEnvironment extends AutoCloseable
        permits MachineEnvironment, ContainerEnvironment {

    MemorySourceSelection choice();

    /// Of memory, read now.
    ///
    /// @throws UnreadableException when it cannot be
    Bytes observed() throws KernelReadException;

    /// The same, for the threads of [#scheduler].
    MemoryTotal total();

    /// Of the watcher.
    TickScheduler scheduler();

    /// How many there are.
    CpuCountSource cpus();

    /// Empty where there is nothing to hear.
    Optional<MemorySignals> signals(MemorySignals.MemorySignalListener listener);

    /// Empty where nobody wants to know.
    Optional<CpuWatcher> cpuWatcher(CpuWatcher.CpuReadingListener listener);

    /// Tells of something that this kernel does not have.
    void missing(Log log, String what, String key, String value);

    /// Files of the kernel that do not answer, each a clause.
    Stream<String> silentFiles();

    /// Ends what is there for this one alone.
    @Override
    void close();
}
