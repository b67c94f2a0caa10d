package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.scaling.ComputeUnit;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/// Pods that are scaled, for tests of what becomes of them.
public final class TestChosen {
    private TestChosen() {}

    /// One with the agent's own rules, at least one unit and no cache.
    ///
    /// @param most units
    public static Chosen of(
            PodName pod, String uid, ComputeUnit unit, int most, Mode mode, Source source) {
        return new Chosen(
                pod,
                uid,
                "postgres",
                unit,
                OptionalInt.of(1),
                most,
                mode,
                ControlledResources.ALL,
                UnaryOperator.identity(),
                CacheKind.NONE,
                Optional.empty(),
                OnNodeFull.WAIT,
                source);
    }
}
