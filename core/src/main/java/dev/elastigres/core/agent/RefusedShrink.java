package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;

/// A shrink was refused.
///
/// @param min the VM stays this large; zero of what was not refused
/// @param until when it may be tried again
/// @param why what who refused it said
public record RefusedShrink(Resources min, Moment until, RefusalSource by, String why) {
    /// Who refuses shrinks.
    public enum RefusalSource {
        MONITOR,
        DRIVER
    }
}
