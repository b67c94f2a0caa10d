package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;

/// A shrink was refused.
///
/// @param least the VM stays this large; zero of what was not refused
/// @param until when it may be tried again
/// @param why what who refused it said
public record Held(Resources least, Moment until, By by, String why) {
    /// Who refuses shrinks.
    public enum By {
        MONITOR,
        DRIVER
    }
}
