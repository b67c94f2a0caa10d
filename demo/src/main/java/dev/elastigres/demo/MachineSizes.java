package dev.elastigres.demo;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// The possible sizes of the machine.
///
/// @param unit one compute unit
/// @param min minimum number of units, at least 1
/// @param max maximum number of units, not below `min`
record MachineSizes(Resources unit, int min, int max) {
    static final MachineSizes DEFAULT =
            new MachineSizes(new Resources(0.25, Bytes.ofMebibytes(256)), 2, 5);

    MachineSizes {
        if (min < 1 || max < min)
            throw new IllegalArgumentException("no sizes from " + min + " to " + max);
    }

    Resources of(int units) {
        return new Resources(unit.vcpus() * units, unit.memory().times(units));
    }

    /// Returns the smallest number of units that covers `size` in each resource.
    int covering(Resources size) {
        return new ComputeUnit(unit.vcpus(), unit.memory()).covering(size);
    }

    Bytes memory(int units) {
        return of(units).memory();
    }
}
