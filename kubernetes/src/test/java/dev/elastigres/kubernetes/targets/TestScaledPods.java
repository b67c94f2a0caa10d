package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.scaling.ComputeUnit;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/// Pods that are scaled, for tests of what becomes of them.
public final class TestScaledPods {
    private TestScaledPods() {}

    /// One with the agent's own rules, at least one unit and no cache.
    ///
    /// @param max units
    public static ScaledPod of(
            PodName pod,
            String uid,
            ComputeUnit unit,
            int max,
            ScalingMode mode,
            TargetSource source) {
        return new ScaledPod(
                pod,
                uid,
                "postgres",
                unit,
                OptionalInt.of(1),
                max,
                mode,
                ControlledResources.ALL,
                UnaryOperator.identity(),
                CacheKind.NONE,
                Optional.empty(),
                OnNodeFull.WAIT,
                source);
    }
}
