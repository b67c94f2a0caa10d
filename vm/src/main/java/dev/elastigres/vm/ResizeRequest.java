package dev.elastigres.vm;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// A wish for another size.
/// @param waits whether to follow the memory until it is there, or gone
/// @param within how long to follow it
public record ResizeRequest(
        OptionalInt cpus, Optional<Bytes> memory, boolean waits, Duration within) {

    /// What became of it.
    public sealed interface MachineResizeOutcome {
        /// All of it is done, and was seen.
        record Done(OptionalInt cpus, Optional<Bytes> memory) implements MachineResizeOutcome {}

        /// The CPUs are done; the memory is asked for, and the guest follows on its own.
        record Asked(OptionalInt cpus, Bytes memory) implements MachineResizeOutcome {}

        /// The guest has not taken all of the memory yet, and goes on with it by itself.
        record Growing(Bytes current, Bytes wanted) implements MachineResizeOutcome {}

        /// The guest did not give all of the memory; nothing more will change by itself.
        /// @param inUse by the guest, as its kernel counts
        record Short(Bytes current, Bytes wanted, Bytes inUse) implements MachineResizeOutcome {
            public Bytes by() {
                return current.minus(wanted);
            }
        }
    }
}
