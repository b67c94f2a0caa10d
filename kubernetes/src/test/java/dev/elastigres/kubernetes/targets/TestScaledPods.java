package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.scaling.ComputeUnit;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/// Scaled pods for tests.
public final class TestScaledPods {
    private TestScaledPods() {}

    /// Returns a pod with the agent's own rules, a minimum of one unit and no cache.
    ///
    /// @param max maximum number of units
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
                PodLimits.units(unit, OptionalInt.of(1), max),
                mode,
                ControlledResources.ALL,
                UnaryOperator.identity(),
                CacheKind.NONE,
                Optional.empty(),
                OnNodeFull.WAIT,
                source);
    }
}
