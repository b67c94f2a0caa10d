package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.util.Optional;

/// Memory that must fit into a machine: what Postgres uses, and what the machine as a whole cannot
/// free. Neither covers the other. Page cache is in neither; huge pages, locked memory, other
/// processes and the kernel are in the second alone.
///
/// @param used by Postgres
/// @param unavailable of the whole machine; empty where the kernel does not report it
record MemoryDemand(Bytes used, Optional<Bytes> unavailable) {
    /// @param used by Postgres, now or later
    static MemoryDemand of(Bytes used, MachineMemory machine) {
        return new MemoryDemand(
                used,
                machine instanceof MachineMemory.Known known
                        ? Optional.of(known.unavailable())
                        : Optional.empty());
    }

    MemoryDemand plus(Bytes more) {
        return new MemoryDemand(used.plus(more), unavailable.map(it -> it.plus(more)));
    }
}
