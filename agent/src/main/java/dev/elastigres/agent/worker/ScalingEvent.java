package dev.elastigres.agent.worker;

import dev.elastigres.core.units.Resources;
import java.time.Instant;

/// A change of a VM's size.
///
/// @param why one readable clause
public record ScalingEvent(Instant at, String vm, Resources from, Resources to, String why) {}
