package dev.elastigres.agent.history;

import dev.elastigres.core.units.Resources;
import java.time.Instant;

/// Demand and size of a VM during one minute.
///
/// @param at begin of the minute
/// @param demand highest demand in the minute for each resource, without headroom: CPUs that were
///     busy or wanted, and memory in use with the working set that counts
/// @param size size at the end of the minute
public record TimelinePoint(Instant at, Resources demand, Resources size) {}
