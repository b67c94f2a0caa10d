package dev.elastigres.core.scaling;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// The step in which VMs grow and shrink.
///
/// @param vcpus CPUs in one unit, counted in thousandths; above 0
/// @param memory memory in one unit, above 0
public record ComputeUnit(double vcpus, Bytes memory) {
    public static final ComputeUnit DEFAULT = new ComputeUnit(0.25, Bytes.ofGibibytes(1));

    /// Guards sums of doubles that should be whole.
    private static final double ROUNDING = 1e-9;

    public ComputeUnit {
        if (!(vcpus >= 0.001 && vcpus <= Double.MAX_VALUE))
            throw new IllegalArgumentException("a compute unit has CPUs, not " + vcpus);
        if (memory.equals(Bytes.ZERO))
            throw new IllegalArgumentException("a compute unit has memory");
    }

    /// What `units` of them have.
    public Resources times(int units) {
        if (units < 0) throw new IllegalArgumentException("a negative size: " + units);
        // 0.1 * 3 is not 0.3: whole thousandths compare equal.
        double cpus = Math.round(vcpus * units * 1000) / 1000.0;
        long bytes =
                units > Long.MAX_VALUE / memory.value() ? Long.MAX_VALUE : memory.value() * units;
        return new Resources(cpus, new Bytes(bytes));
    }

    /// The fewest units that have as much of each resource.
    public int covering(Resources size) {
        return (int) Math.ceil(filledBy(size) - ROUNDING);
    }

    /// As much of each resource as the fewest units have that cover it: one resource asks for none
    /// of the other.
    public Resources roundedUp(Resources size) {
        return new Resources(
                times(covering(new Resources(size.vcpus(), Bytes.ZERO))).vcpus(),
                times(covering(new Resources(0, size.memory()))).memory());
    }

    /// `size` in units, with the fraction, by the resource that needs more of them.
    public double filledBy(Resources size) {
        return Math.max(size.vcpus() / vcpus, unitsOf(size.memory()));
    }

    /// `amount` of memory in units, with its fraction.
    double unitsOf(Bytes amount) {
        return (double) amount.value() / memory.value();
    }
}
