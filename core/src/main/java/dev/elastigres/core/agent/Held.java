package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;

/// The monitor refused a shrink.
///
/// @param least the VM stays this large
/// @param until when it may be asked again
/// @param why what the monitor said
public record Held(Resources least, Moment until, String why) {}
