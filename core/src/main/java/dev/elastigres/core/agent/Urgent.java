package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;

/// The monitor asked for more.
///
/// @param least the size that it shall have at least
/// @param until when the ask stops counting
public record Urgent(Resources least, Moment until) {}
