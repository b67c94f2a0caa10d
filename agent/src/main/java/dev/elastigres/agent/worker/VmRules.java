package dev.elastigres.agent.worker;

import dev.elastigres.agent.driver.DiscoveredVm.SizeBounds;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// The rules of one VM.
///
/// @param unit its compute unit
/// @param fits whether the unit is halved for a VM whose minimum is below one unit
/// @param min minimum size, if above that of its driver
/// @param max maximum size, if below that of its driver
/// @param rules its scaling rules
public record VmRules(
        ComputeUnit unit,
        boolean fits,
        Optional<Resources> min,
        Optional<Resources> max,
        ScalingRules rules) {
    /// Maximum number of halvings. With a smaller unit, the VM would be resized needlessly often.
    private static final int MAX_HALVINGS = 3;

    /// Creates rules with a fixed unit.
    public VmRules(
            ComputeUnit unit,
            Optional<Resources> min,
            Optional<Resources> max,
            ScalingRules rules) {
        this(unit, false, min, max, rules);
    }

    /// Returns these rules for a VM whose sizes are only recommended.
    public VmRules recommending() {
        return new VmRules(unit, fits, min, max, rules.recommending());
    }

    /// Returns the limits of a VM.
    ///
    /// @param bounds what its driver allows
    SizeLimits limits(SizeBounds bounds) {
        Resources low = min.map(bounds.min()::max).orElse(bounds.min());
        Resources high = max.map(bounds.max()::min).orElse(bounds.max());
        low = low.min(bounds.max());
        return SizeLimits.between(unit(low), low, high.max(low), bounds.grain());
    }

    /// Returns the unit of a VM with this minimum size. If `fits` is set, the unit is halved up to
    /// three times while it exceeds the minimum, which the VM could not reach otherwise.
    ///
    /// @param smallest the VM's minimum size
    public ComputeUnit unit(Resources smallest) {
        ComputeUnit fitting = unit;
        for (int i = 0; fits && i < MAX_HALVINGS && !smallest.covers(fitting.times(1)); i++) {
            Resources size = fitting.times(1);
            fitting = new ComputeUnit(size.vcpus() / 2, new Bytes(size.memory().value() / 2));
        }
        return fitting;
    }
}
