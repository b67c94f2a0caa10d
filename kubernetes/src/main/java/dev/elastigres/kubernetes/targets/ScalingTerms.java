package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.kubernetes.targets.ScaledPod.SecretKeyReference;
import java.util.Optional;
import java.util.OptionalInt;

/// How pods are scaled, by whoever says so.
///
/// @param min empty where the template's size is the smallest one
/// @param rules makes the rules of sizes of the agent's own
/// @param cache empty where it follows from the rest
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

    /// @throws IllegalArgumentException for limits that cannot be, with a readable clause
    ScalingTerms {
        for (int each : new int[] {min.orElse(max), max})
            if (each < 1 || each > MAX_UNITS)
                throw new IllegalArgumentException(
                        "compute units must be from 1 to " + MAX_UNITS + ", not " + each);
        if (min.orElse(max) > max)
            throw new IllegalArgumentException(
                    "min must be at most max, and " + min.getAsInt() + " is above " + max);
    }

    /// @param managed whether an operator owns the settings of this Postgres
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

    /// Where nobody says: settings where there is a connection. Never those that another owns.
    private CacheKind cache(boolean managed) {
        CacheKind said =
                cache.orElse(
                        postgres.isPresent() && !managed ? CacheKind.SETTINGS : CacheKind.NONE);
        return switch (said) {
            case SETTINGS, AUTO -> managed ? CacheKind.NONE : said;
            case NONE, NEON -> said;
        };
    }
}
