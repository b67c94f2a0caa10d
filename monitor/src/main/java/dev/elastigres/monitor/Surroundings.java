package dev.elastigres.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.monitor.watch.CpuCount;
import dev.elastigres.monitor.watch.CpuWatcher;
import dev.elastigres.monitor.watch.MemoryTotal;
import dev.elastigres.monitor.watch.Signals;
import dev.elastigres.monitor.watch.SourceChoice;
import dev.elastigres.monitor.watch.TickScheduler;
import dev.elastigres.monitor.watch.UnreadableException;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a Postgres runs: what memory and which CPUs are its, and who looks at them.
sealed interface Surroundings extends AutoCloseable
        permits MachineSurroundings, ContainerSurroundings {

    SourceChoice choice();

    /// Of memory, read now.
    ///
    /// @throws UnreadableException when it cannot be
    Bytes observed() throws UnreadableException;

    /// The same, for the threads of [#scheduler].
    MemoryTotal total();

    /// Of the watcher.
    TickScheduler scheduler();

    /// How many there are.
    CpuCount cpus();

    /// Empty where there is nothing to hear.
    Optional<Signals> signals(Signals.Listener listener);

    /// Empty where nobody wants to know.
    Optional<CpuWatcher> cpuWatcher(CpuWatcher.Listener listener);

    /// Tells of something that this kernel does not have.
    void missing(Log log, String what, String key, String value);

    /// Files of the kernel that do not answer, each a clause.
    Stream<String> silentFiles();

    /// Ends what is there for this one alone.
    @Override
    void close();
}
