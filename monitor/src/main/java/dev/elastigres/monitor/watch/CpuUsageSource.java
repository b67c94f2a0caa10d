package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.CpuReading;
import java.util.Optional;

/// What the CPUs that Postgres may use did. One thread owns it.
public sealed interface CpuUsageSource permits MachineCpus, ContainerCpus {

    /// What they did since the last look; empty when it is not known, or not worth the reading.
    ///
    /// @param nanoTime the current time of the monotonic clock
    /// @param waited the fraction of that time in which some task of Postgres waited for one
    /// @param matters whether anybody waits: while nobody does, what the CPUs do does not matter
    Optional<CpuReading> look(long nanoTime, double waited, boolean matters);

    /// Why the last look that mattered showed nothing; empty when it did.
    Optional<String> problem();
}
