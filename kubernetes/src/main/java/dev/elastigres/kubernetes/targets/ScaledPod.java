package dev.elastigres.kubernetes.targets;

import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.scaling.ComputeUnit;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A scaled pod and its configuration.
///
/// @param uid uid of the pod
/// @param container name of the container that runs Postgres
/// @param unit the compute unit
/// @param limits minimum and maximum size
/// @param resources values of the container that are changed
/// @param rules converts the agent's rules to those of the pod
/// @param postgres the Secret with the connection string, in the pod's namespace; empty if there is
///     none
public record ScaledPod(
        PodName pod,
        String uid,
        String container,
        ComputeUnit unit,
        PodLimits limits,
        ScalingMode mode,
        ControlledResources resources,
        UnaryOperator<VmRules> rules,
        CacheKind cache,
        Optional<SecretKeyReference> postgres,
        OnNodeFull onNodeFull,
        TargetSource source) {

    /// One key of a Secret.
    public record SecretKeyReference(String secret, String key) {}
}
