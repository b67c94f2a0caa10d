package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// Range of sizes that a VM may have.
///
/// @param unit the step in which goals are counted
/// @param grain the smallest step that the VM's driver can make; `min` and `max` are whole
///     multiples of it
public record SizeLimits(ComputeUnit unit, Resources min, Resources max, Resources grain) {
    private static final double ROUNDING = 1e-9;

    public SizeLimits {
        if (grain.vcpus() <= 0 || grain.memory().equals(Bytes.ZERO))
            throw new IllegalArgumentException("a grain of nothing");
        if (!max.covers(min))
            throw new IllegalArgumentException(
                    "the minimum size, "
                            + min.text()
                            + ", is above the maximum size, "
                            + max.text());
        for (Resources end : new Resources[] {min, max})
            if (!end.equals(rounded(end, grain, true)))
                throw new IllegalArgumentException(
                        end.text() + " is not a multiple of " + grain.text());
    }

    /// Returns limits of `low` to `high` units, for a driver that can make every number of whole
    /// units.
    public static SizeLimits of(ComputeUnit unit, int low, int high) {
        return new SizeLimits(unit, unit.times(low), unit.times(high), unit.times(1));
    }

    /// Returns the nearest limits that are multiples of `grain`. They are not below `low`, and not
    /// above `high` unless `low` rounded up is.
    public static SizeLimits between(
            ComputeUnit unit, Resources low, Resources high, Resources grain) {
        Resources min = rounded(low, grain, true);
        return new SizeLimits(unit, min, rounded(high, grain, false).max(min), grain);
    }

    /// Returns the size for a goal of `units`, within the limits.
    public Resources size(int units) {
        return within(unit.times(units));
    }

    /// Returns the smallest size that the driver can make, that is within the limits, and that
    /// covers `wanted` unless the maximum does not.
    public Resources within(Resources wanted) {
        return roundedUp(wanted).max(min).min(max);
    }

    /// Returns each resource rounded up to whole units and to sizes that the driver can make.
    Resources wholeUnits(Resources wanted) {
        return roundedUp(unit.roundedUp(wanted));
    }

    Resources roundedUp(Resources wanted) {
        return rounded(wanted, grain, true);
    }

    Resources roundedDown(Resources wanted) {
        return rounded(wanted, grain, false);
    }

    private static Resources rounded(Resources size, Resources grain, boolean up) {
        double cpuGrains = size.vcpus() / grain.vcpus();
        double wholeCpus = up ? Math.ceil(cpuGrains - ROUNDING) : Math.floor(cpuGrains + ROUNDING);
        long each = grain.memory().value();
        long memoryGrains = size.memory().value() / each;
        if (up && size.memory().value() % each != 0) memoryGrains++;
        Bytes memory =
                memoryGrains > Long.MAX_VALUE / each ? Bytes.MAX : new Bytes(memoryGrains * each);
        return new Resources(wholeCpus * grain.vcpus(), memory).inThousandths();
    }
}
