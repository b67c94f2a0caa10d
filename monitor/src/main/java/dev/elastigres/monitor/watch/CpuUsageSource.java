package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.CpuReading;
import java.util.Optional;

/// Source of the use of the CPUs that Postgres may use. Owned by one thread.
public sealed interface CpuUsageSource permits MachineCpus, ContainerCpus {

    /// Returns the use since the last call; empty if unknown or not read.
    ///
    /// @param nanoTime the current time of the monotonic clock
    /// @param waited fraction of that time in which some task of Postgres waited for a CPU
    /// @param matters whether the use must be read. A source may skip it otherwise: while no task
    ///     waits, the use of CPUs has no effect
    Optional<CpuReading> look(long nanoTime, double waited, boolean matters);

    /// Returns why the last reading failed; empty if it succeeded.
    Optional<String> problem();
}
