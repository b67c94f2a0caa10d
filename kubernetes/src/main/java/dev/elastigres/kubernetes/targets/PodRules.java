package dev.elastigres.kubernetes.targets;

import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/// Applies the configuration of a pod to the agent's settings. The limits of the agent's settings
/// also hold. Instances of equal configurations are equal.
record PodRules(ComputeUnit unit, OptionalInt min, int max, SizeRulesReader rules)
        implements UnaryOperator<VmRules> {

    @Override
    public VmRules apply(VmRules set) {
        Resources maxSize = unit.times(max);
        Optional<Resources> minSize =
                min.isPresent()
                        ? Optional.of(unit.times(min.getAsInt()))
                                .map(it -> set.min().map(it::max).orElse(it))
                        : set.min();
        return new VmRules(
                unit,
                minSize.map(maxSize::min),
                Optional.of(set.max().map(maxSize::min).orElse(maxSize)),
                rules.apply(set.rules()));
    }
}
