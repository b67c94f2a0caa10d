package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// How a resize ended. One that does not end within its time is hung, and nobody says so.
public sealed interface ResizeOutcome {

    /// The VM has what was asked for.
    record Done(Resources size) implements ResizeOutcome {}

    /// The VM has less, or more, than was asked for, and may still get there.
    ///
    /// @param why one clause, where it is known
    record Partial(Resources size, Optional<String> why) implements ResizeOutcome {
        public Partial(Resources size) {
            this(size, Optional.empty());
        }
    }

    /// A shrink that cannot be now, for what the VM uses: it stays at `size`, and nothing is on its
    /// way any more.
    ///
    /// @param why one clause
    record Refused(Resources size, String why) implements ResizeOutcome {}

    /// The VM may or may not change.
    ///
    /// @param why one clause
    record Failed(ResizeFailure failure, String why) implements ResizeOutcome {
        public Failed(String why) {
            this(ResizeFailure.OTHER, why);
        }
    }

    /// CPUs and memory ended differently.
    record PerResource(Resources size, ResourceOutcome cpus, ResourceOutcome memory)
            implements ResizeOutcome {}
}
