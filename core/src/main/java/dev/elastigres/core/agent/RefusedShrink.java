package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;

/// A refused shrink and how long the refusal counts.
///
/// @param min the VM keeps at least this size; zero for a resource whose shrink was not refused
/// @param until when the shrink may be tried again
/// @param why the reason given by the peer that refused
public record RefusedShrink(Resources min, Moment until, RefusalSource by, String why) {
    /// The peer that refused a shrink.
    public enum RefusalSource {
        MONITOR,
        DRIVER
    }

    /// Returns whether `other` is of the same refusal, for another resource.
    boolean isSameAs(RefusedShrink other) {
        return until.equals(other.until) && by == other.by && why.equals(other.why);
    }

    /// Returns this with `size` as the size that the VM keeps.
    RefusedShrink with(Resources size) {
        return new RefusedShrink(size, until, by, why);
    }
}
