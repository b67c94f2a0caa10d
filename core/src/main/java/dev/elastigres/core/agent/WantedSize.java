package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;
import java.util.function.Function;

/// The size that a VM should have.
///
/// @param reason the reason that decided last
record WantedSize(Resources size, SizeReason reason) {

    /// Returns this raised to at least `min`, or unchanged if it is not smaller.
    ///
    /// @param why the reason, from the raised resources; the other one is zero
    WantedSize raisedTo(Resources min, Function<Resources, SizeReason> why) {
        Resources raised = size.max(min);
        return raised.equals(size)
                ? this
                : new WantedSize(raised, why.apply(raised.onlyWhereMoreThan(size)));
    }
}
