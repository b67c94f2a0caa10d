package dev.elastigres.core.scheduler;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// A request or report of one VM's agent.
///
/// @param namespace namespace of the VM's pod
/// @param pod name of the VM's pod
/// @param unit step of growth
/// @param wanted total size that the VM wants, or has after a shrink
/// @param lastPermit the last permit as the agent states it. It is only compared, never booked
/// @param urgent whether resources are short already
public record LedgerRequest(
        String namespace,
        String pod,
        ComputeUnit unit,
        Resources wanted,
        Optional<Resources> lastPermit,
        boolean urgent) {}
