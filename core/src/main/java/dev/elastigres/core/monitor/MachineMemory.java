package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;

/// Memory of the whole machine, or of the container that Postgres runs in.
public sealed interface MachineMemory {
    /// Both figures are of one reading.
    ///
    /// @param total that the kernel manages
    /// @param unavailable what of it could not be freed for a process at once
    record Known(Bytes total, Bytes unavailable) implements MachineMemory {
        public Bytes available() {
            return total.minus(unavailable);
        }
    }

    /// The kernel reports no available memory, or nothing has been read yet.
    record Unreported() implements MachineMemory {}

    /// The latest reading failed. Earlier ones say nothing about now.
    record Unreadable(String why) implements MachineMemory {}
}
