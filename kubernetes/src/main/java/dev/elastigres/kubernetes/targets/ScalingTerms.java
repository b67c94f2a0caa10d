package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.kubernetes.targets.ScaledPod.SecretKeyReference;
import java.util.Optional;

/// The scaling configuration from one source.
///
/// @param limits minimum and maximum size
/// @param rules converts the agent's rules of sizes
/// @param cache empty if it follows from the other values
record ScalingTerms(
        String container,
        ComputeUnit unit,
        PodLimits limits,
        ScalingMode mode,
        ControlledResources resources,
        SizeRulesReader rules,
        Optional<CacheKind> cache,
        Optional<SecretKeyReference> postgres,
        OnNodeFull onNodeFull) {
    static final String CONTAINER = "postgres";

    /// @param managed whether an operator owns the settings of the pod's Postgres
    ScaledPod chosen(PodName pod, String uid, boolean managed, TargetSource source) {
        return new ScaledPod(
                pod,
                uid,
                container,
                unit,
                limits,
                mode,
                resources,
                new PodRules(unit, limits, rules),
                cache(managed),
                postgres,
                onNodeFull,
                source);
    }

    /// Returns the cache kind. The default is the settings if there is a connection. Settings that
    /// an operator owns are never changed.
    private CacheKind cache(boolean managed) {
        CacheKind kind =
                cache.orElse(
                        postgres.isPresent() && !managed ? CacheKind.SETTINGS : CacheKind.NONE);
        return switch (kind) {
            case SETTINGS, AUTO -> managed ? CacheKind.NONE : kind;
            case NONE, NEON -> kind;
        };
    }
}
