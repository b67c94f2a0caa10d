package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.util.Optional;

/// Memory that a machine must hold: what Postgres uses, and what the machine as a whole cannot
/// free. Neither includes the other. Neither contains page cache. Huge pages, locked memory, other
/// processes and the kernel are only in the second.
///
/// @param used memory of Postgres
/// @param unavailable memory of the whole machine that cannot be freed; empty where the kernel does
///     not report it
record MemoryDemand(Bytes used, Optional<Bytes> unavailable) {
    /// Returns the demand of Postgres and of the machine.
    ///
    /// @param used memory of Postgres, now or forecast
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
