package dev.elastigres.vm;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// A request for another size.
///
/// @param cpus wanted number of CPUs; empty to keep it
/// @param memory wanted memory; empty to keep it
/// @param waits whether to wait until the memory is plugged or unplugged
/// @param within timeout of this wait
public record ResizeRequest(
        OptionalInt cpus, Optional<Bytes> memory, boolean waits, Duration within) {

    /// The outcome of the request.
    public sealed interface MachineResizeOutcome {
        /// The resize is complete and confirmed.
        record Done(OptionalInt cpus, Optional<Bytes> memory) implements MachineResizeOutcome {}

        /// The CPUs are resized. The memory is requested, and the guest plugs or unplugs it by
        /// itself.
        record Requested(OptionalInt cpus, Bytes memory) implements MachineResizeOutcome {}

        /// The guest has not plugged all of the memory yet, and continues by itself.
        record Growing(Bytes current, Bytes wanted) implements MachineResizeOutcome {}

        /// The guest did not unplug all of the memory, and does not continue.
        ///
        /// @param inUse memory that the guest's kernel counts as used
        record Short(Bytes current, Bytes wanted, Bytes inUse) implements MachineResizeOutcome {
            public Bytes by() {
                return current.minus(wanted);
            }
        }
    }
}
