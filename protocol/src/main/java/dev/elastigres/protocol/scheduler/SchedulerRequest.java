package dev.elastigres.protocol.scheduler;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import java.util.Optional;
import java.util.OptionalDouble;

/// Report of an agent on one VM. If it wants more than it was permitted, it is a request; otherwise
/// it states what the VM has now.
///
/// @param pod name of the VM in Kubernetes
/// @param unit step in which the VM grows and shrinks
/// @param wanted total that the VM wants from now on
/// @param lastPermit the last permit; empty before the first. A restarted scheduler learns the
///     permit from it.
/// @param load1 load average over one minute, finite and not negative; empty if unknown
/// @param urgent whether resources are short already; deployed agents and schedulers do not know it
public record SchedulerRequest(
        String namespace,
        String pod,
        ComputeUnit unit,
        Resources wanted,
        Optional<Resources> lastPermit,
        OptionalDouble load1,
        boolean urgent) {
    public SchedulerRequest {
        if (namespace.isEmpty() || pod.isEmpty())
            throw new IllegalArgumentException("a VM without a name");
        if (load1.isPresent()
                && !(load1.getAsDouble() >= 0 && Double.isFinite(load1.getAsDouble())))
            throw new IllegalArgumentException("not a load average: " + load1.getAsDouble());
    }

    /// Creates a request that is not urgent.
    public SchedulerRequest(
            String namespace,
            String pod,
            ComputeUnit unit,
            Resources wanted,
            Optional<Resources> lastPermit,
            OptionalDouble load1) {
        this(namespace, pod, unit, wanted, lastPermit, load1, false);
    }
}
