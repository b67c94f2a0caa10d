package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;

/// A request or notification that a peer has not answered yet.
///
/// @param size the requested or announced size
/// @param deadline when the request is abandoned
public record OpenRequest(long id, Resources size, Moment deadline) {}
