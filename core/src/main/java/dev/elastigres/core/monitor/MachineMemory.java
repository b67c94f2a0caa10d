package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;

/// Memory of the whole machine, or of the container in which Postgres runs.
public sealed interface MachineMemory {
    /// Total and unavailable memory of the same reading.
    ///
    /// @param total memory that the kernel manages
    /// @param unavailable part of the total that could not be freed for a process at once
    record Known(Bytes total, Bytes unavailable) implements MachineMemory {
        public Bytes available() {
            return total.minus(unavailable);
        }
    }

    /// The kernel reports no available memory, or nothing has been read yet.
    record Unreported() implements MachineMemory {}

    /// The latest reading failed. Earlier readings do not describe the present.
    record Unreadable(String why) implements MachineMemory {}
}
