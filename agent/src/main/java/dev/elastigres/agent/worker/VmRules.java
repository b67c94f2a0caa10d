package dev.elastigres.agent.worker;

import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// What is set for one VM.
///
/// @param unit its compute unit
/// @param fits whether a VM that may be smaller than one unit has a smaller unit
/// @param min no smaller than this, where that is more than its driver's least
/// @param max no larger than this, where that is less than its driver's largest
public record VmRules(
        ComputeUnit unit,
        boolean fits,
        Optional<Resources> min,
        Optional<Resources> max,
        ScalingRules rules) {
    /// A smaller unit would have a VM change its size without need.
    private static final int MAX_HALVINGS = 3;

    /// With `unit`, whatever the least size is.
    public VmRules(
            ComputeUnit unit,
            Optional<Resources> min,
            Optional<Resources> max,
            ScalingRules rules) {
        this(unit, false, min, max, rules);
    }

    /// The same for a VM whose sizes are only recommended.
    public VmRules recommending() {
        return new VmRules(unit, fits, min, max, rules.recommending());
    }

    /// The unit of a VM whose least size is `smallest`: a half, a quarter or an eighth, where only
    /// that is no more than the least size. Otherwise the VM would never get down to it.
    public ComputeUnit unit(Resources smallest) {
        ComputeUnit fitting = unit;
        for (int i = 0; fits && i < MAX_HALVINGS && !smallest.covers(fitting.times(1)); i++) {
            Resources size = fitting.times(1);
            fitting = new ComputeUnit(size.vcpus() / 2, new Bytes(size.memory().value() / 2));
        }
        return fitting;
    }
}
