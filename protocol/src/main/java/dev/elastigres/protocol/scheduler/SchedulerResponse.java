package dev.elastigres.protocol.scheduler;

import dev.elastigres.core.units.Resources;

/// The scheduler's answer to a [SchedulerRequest].
///
/// @param permit all that the VM may have from now on: what it wanted where that is not more than
///     before, else anything from what it has to what it wanted, each resource on its own
/// @param moves whether the VM will move to another host, and is not to be resized any more
public record SchedulerResponse(Resources permit, boolean moves) {}
