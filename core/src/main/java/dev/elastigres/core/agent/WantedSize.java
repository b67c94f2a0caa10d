package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;
import java.util.function.Function;

/// The size that a VM should have, and why.
record WantedSize(Resources size, SizeReasons reasons) {

    static WantedSize of(Resources size, SizeReason reason) {
        return new WantedSize(size, SizeReasons.of(reason));
    }

    /// Returns the same size with another reason for some resources.
    ///
    /// @param decided zero for a resource whose reason stays
    WantedSize because(SizeReason reason, Resources decided) {
        return new WantedSize(size, reasons.with(reason, decided));
    }

    /// Returns this raised to at least `min`, or unchanged if it is not smaller.
    ///
    /// @param why the reason, from the raised resources; the other one is zero
    WantedSize raisedTo(Resources min, Function<Resources, SizeReason> why) {
        Resources raised = size.max(min);
        if (raised.equals(size)) return this;
        Resources more = raised.onlyWhereMoreThan(size);
        return new WantedSize(raised, reasons.with(why.apply(more), more));
    }
}
