package dev.elastigres.kubernetes.targets;

import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.scaling.ComputeUnit;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/// A pod that is scaled, and how.
///
/// @param uid of the pod
/// @param container of Postgres
/// @param min units that it has at least; empty where its template's size is the smallest one
/// @param max units that it has at most, no fewer than `min`
/// @param resources which values of its container are changed
/// @param rules makes its rules of those that the agent's settings have
/// @param postgres where its connection string is, in the pod's namespace
public record ScaledPod(
        PodName pod,
        String uid,
        String container,
        ComputeUnit unit,
        OptionalInt min,
        int max,
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
