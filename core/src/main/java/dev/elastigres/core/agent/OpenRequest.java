package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;

/// What somebody was asked and has not answered yet.
///
/// @param size what was asked for, or told of
/// @param deadline when it is given up
public record OpenRequest(long id, Resources size, Moment deadline) {}
