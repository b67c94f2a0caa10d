package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.kubernetes.targets.Chosen.SecretKey;
import java.util.Optional;
import java.util.OptionalInt;

/// How pods are scaled, by whoever says so.
///
/// @param min empty where the template's size is the smallest one
/// @param rules makes the rules of sizes of the agent's own
/// @param cache empty where it follows from the rest
record Terms(
        String container,
        ComputeUnit unit,
        OptionalInt min,
        int max,
        Mode mode,
        ControlledResources resources,
        SizeRulesOf rules,
        Optional<CacheKind> cache,
        Optional<SecretKey> postgres,
        OnNodeFull onNodeFull) {
    static final String CONTAINER = "postgres";
    static final int MOST_UNITS = 1000;

    /// @throws IllegalArgumentException for limits that cannot be, with a readable clause
    Terms {
        for (int each : new int[] {min.orElse(max), max})
            if (each < 1 || each > MOST_UNITS)
                throw new IllegalArgumentException(
                        "compute units must be from 1 to " + MOST_UNITS + ", not " + each);
        if (min.orElse(max) > max)
            throw new IllegalArgumentException(
                    "min must be at most max, and " + min.getAsInt() + " is above " + max);
    }

    /// @param managed whether an operator owns the settings of this Postgres
    Chosen chosen(PodName pod, String uid, boolean managed, Source source) {
        return new Chosen(
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
