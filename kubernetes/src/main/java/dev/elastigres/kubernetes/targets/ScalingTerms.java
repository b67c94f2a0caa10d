package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.kubernetes.targets.ScaledPod.SecretKeyReference;
import java.util.Optional;
import java.util.OptionalInt;

/// The scaling configuration from one source.
///
/// @param min minimum number of units; empty if the size in the template is the minimum
/// @param rules converts the agent's rules of sizes
/// @param cache empty if it follows from the other values
record ScalingTerms(
        String container,
        ComputeUnit unit,
        OptionalInt min,
        int max,
        ScalingMode mode,
        ControlledResources resources,
        SizeRulesReader rules,
        Optional<CacheKind> cache,
        Optional<SecretKeyReference> postgres,
        OnNodeFull onNodeFull) {
    static final String CONTAINER = "postgres";
    static final int MAX_UNITS = 1000;

    /// @throws IllegalArgumentException if the limits are invalid; the message is a readable clause
    ScalingTerms {
        for (int each : new int[] {min.orElse(max), max})
            if (each < 1 || each > MAX_UNITS)
                throw new IllegalArgumentException(
                        "compute units must be from 1 to " + MAX_UNITS + ", not " + each);
        if (min.orElse(max) > max)
            throw new IllegalArgumentException(
                    "min must be at most max, and " + min.getAsInt() + " is above " + max);
    }

    /// @param managed whether an operator owns the settings of the pod's Postgres
    ScaledPod chosen(PodName pod, String uid, boolean managed, TargetSource source) {
        return new ScaledPod(
                pod,
                uid,
                container,
                unit,
                min,
                max,
                mode,
                resources,
                new PodRules(unit, min, max, rules),
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
