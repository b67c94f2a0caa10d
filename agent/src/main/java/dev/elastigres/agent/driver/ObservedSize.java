package dev.elastigres.agent.driver;

import dev.elastigres.core.units.Resources;

/// What was seen of a VM.
///
/// @param size what it has
/// @param requested what it was last asked to have, which it may still get to
public record ObservedSize(Resources size, Resources requested) {}
