package dev.elastigres.protocol.scheduler;

import dev.elastigres.core.units.Resources;

/// The scheduler's answer to a [SchedulerRequest].
///
/// @param permit total that the VM may have from now on: if the request was not for more than
///     before, what it wanted; otherwise anything from what it has to what it wanted, for each
///     resource separately
/// @param moves whether the VM will migrate to another host and must not be resized any more
public record SchedulerResponse(Resources permit, boolean moves) {}
