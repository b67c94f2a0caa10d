package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// Outcome of a resize. A resize that does not end within its timeout is hung and has no outcome.
public sealed interface ResizeOutcome {

    /// The VM has the requested size.
    record Done(Resources size) implements ResizeOutcome {}

    /// The VM has less or more than requested, and may still reach the requested size.
    ///
    /// @param why the reason as one clause; empty if unknown
    record Partial(Resources size, Optional<String> why) implements ResizeOutcome {
        public Partial(Resources size) {
            this(size, Optional.empty());
        }
    }

    /// The shrink is not possible now because the VM uses the resources. The VM stays at `size`,
    /// and no change is pending.
    ///
    /// @param why the reason as one clause
    record Refused(Resources size, String why) implements ResizeOutcome {}

    /// The resize failed. The VM may still change, or not.
    ///
    /// @param why the reason as one clause
    record Failed(ResizeFailure failure, String why) implements ResizeOutcome {
        public Failed(String why) {
            this(ResizeFailure.OTHER, why);
        }
    }

    /// CPUs and memory ended differently.
    record PerResource(Resources size, ResourceOutcome cpus, ResourceOutcome memory)
            implements ResizeOutcome {}
}
