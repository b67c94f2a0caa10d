package dev.elastigres.kubernetes.targets;

import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Applies the configuration of a pod to the agent's settings. The limits of the agent's settings
/// also hold. Instances of equal configurations are equal.
record PodRules(ComputeUnit unit, PodLimits limits, SizeRulesReader rules)
        implements UnaryOperator<VmRules> {

    @Override
    public VmRules apply(VmRules set) {
        Resources maxSize = limits.max();
        Resources minSize =
                limits.min().orElse(Resources.ZERO).max(set.min().orElse(Resources.ZERO));
        return new VmRules(
                unit,
                Optional.of(minSize.min(maxSize)).filter(it -> !it.equals(Resources.ZERO)),
                Optional.of(set.max().map(maxSize::min).orElse(maxSize)),
                rules.apply(set.rules()));
    }
}
