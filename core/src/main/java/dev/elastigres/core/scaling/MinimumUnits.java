package dev.elastigres.core.scaling;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// Compute units that a VM has at its minimum size, with the fraction, for each resource.
///
/// A unit has a fixed ratio of CPUs to memory; a minimum may have another. Then the demand for one
/// resource can be within the minimum although its units call for more of the other resource.
///
/// @param cpus the units whose CPUs the minimum has
/// @param memory the units whose memory the minimum has
public record MinimumUnits(double cpus, double memory) {
    public static final MinimumUnits NONE = new MinimumUnits(0, 0);

    /// Tolerance for quotients of doubles that should be whole.
    private static final double ROUNDING = 1e-9;

    static MinimumUnits of(Resources min, ComputeUnit unit) {
        return new MinimumUnits(
                unit.filledBy(new Resources(min.vcpus(), Bytes.ZERO)), unit.unitsOf(min.memory()));
    }

    /// Returns the units that a component counts as. CPU components are rounded: half a unit too
    /// little CPU only slows the VM, while too little memory gets processes killed. Learned targets
    /// have no margin for rounding down. A component that the minimum covers counts for no more
    /// than the whole units in the minimum.
    double counted(GoalComponent part) {
        return switch (part) {
            case GoalComponent.Demand demand when demand.learned() ->
                    atMostHeld(demand.units(), cpus);
            case GoalComponent.Load _, GoalComponent.Demand _ ->
                    atMostHeld((double) Math.round(part.units()), cpus);
            case GoalComponent.Memory _, GoalComponent.Cache _ -> atMostHeld(part.units(), memory);
        };
    }

    /// Returns whether the minimum reduces what `part` counts as.
    boolean reduces(GoalComponent part) {
        return counted(part) < NONE.counted(part);
    }

    private double atMostHeld(double units, double held) {
        boolean covered = Math.ceil(units) <= held + ROUNDING;
        return covered ? Math.min(units, Math.floor(Math.min(cpus, memory) + ROUNDING)) : units;
    }
}
