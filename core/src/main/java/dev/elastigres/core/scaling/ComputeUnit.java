package dev.elastigres.core.scaling;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// Step in which VMs grow and shrink.
///
/// @param vcpus CPUs in one unit, counted in thousandths; above 0
/// @param memory memory in one unit, above 0
public record ComputeUnit(double vcpus, Bytes memory) {
    public static final ComputeUnit DEFAULT = new ComputeUnit(0.25, Bytes.ofGibibytes(1));

    /// Tolerance for sums of doubles that should be whole.
    private static final double ROUNDING = 1e-9;

    public ComputeUnit {
        if (!(vcpus >= 0.001 && vcpus <= Double.MAX_VALUE))
            throw new IllegalArgumentException(
                    "the CPUs of a compute unit must be at least 0.001: " + vcpus);
        if (memory.equals(Bytes.ZERO))
            throw new IllegalArgumentException("the memory of a compute unit must be above zero");
    }

    /// Returns the resources of `units` compute units.
    public Resources times(int units) {
        if (units < 0) throw new IllegalArgumentException("a negative size: " + units);
        // 0.1 * 3 is not 0.3: whole thousandths compare equal.
        double cpus = Math.round(vcpus * units * 1000) / 1000.0;
        long bytes =
                units > Long.MAX_VALUE / memory.value() ? Long.MAX_VALUE : memory.value() * units;
        return new Resources(cpus, new Bytes(bytes));
    }

    /// Returns the smallest number of units that covers both resources of `size`.
    public int covering(Resources size) {
        return (int) Math.ceil(filledBy(size) - ROUNDING);
    }

    /// Returns each resource rounded up to whole units of its own: a need for one resource adds
    /// none of the other.
    public Resources roundedUp(Resources size) {
        return new Resources(
                times(covering(new Resources(size.vcpus(), Bytes.ZERO))).vcpus(),
                times(covering(new Resources(0, size.memory()))).memory());
    }

    /// Returns each resource rounded down to whole units of its own.
    public Resources roundedDown(Resources size) {
        return new Resources(
                times((int) (size.vcpus() / vcpus + ROUNDING)).vcpus(),
                times((int) (size.memory().value() / memory.value())).memory());
    }

    /// Returns `size` in units, with the fraction, according to the resource that needs more units.
    public double filledBy(Resources size) {
        return Math.max(size.vcpus() / vcpus, unitsOf(size.memory()));
    }

    /// Returns `amount` of memory in units, with the fraction.
    double unitsOf(Bytes amount) {
        return (double) amount.value() / memory.value();
    }
}
