package dev.elastigres.protocol.scheduler;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import java.util.Optional;
import java.util.OptionalDouble;

/// An agent's word on one VM. One that wants more than it was permitted asks for it; any other says
/// what the VM has come to.
///
/// @param pod the VM's name in Kubernetes
/// @param unit the step in which it grows and shrinks
/// @param wanted all that it wants from now on
/// @param lastPermit what it was last permitted, if it ever was: a scheduler that was started anew
///     knows it by this
/// @param load1 its load average over one minute, when known; finite and not negative
public record SchedulerRequest(
        String namespace,
        String pod,
        ComputeUnit unit,
        Resources wanted,
        Optional<Resources> lastPermit,
        OptionalDouble load1) {
    public SchedulerRequest {
        if (namespace.isEmpty() || pod.isEmpty())
            throw new IllegalArgumentException("a VM without a name");
        if (load1.isPresent()
                && !(load1.getAsDouble() >= 0 && Double.isFinite(load1.getAsDouble())))
            throw new IllegalArgumentException("not a load average: " + load1.getAsDouble());
    }
}
