package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// The sizes that a VM may have.
///
/// @param unit the step that goals are counted in
/// @param grain what its driver can change at all; `min` and `max` are whole multiples of it
public record SizeLimits(ComputeUnit unit, Resources min, Resources max, Resources grain) {
    private static final double ROUNDING = 1e-9;

    public SizeLimits {
        if (grain.vcpus() <= 0 || grain.memory().equals(Bytes.ZERO))
            throw new IllegalArgumentException("a grain of nothing");
        if (!max.covers(min))
            throw new IllegalArgumentException(
                    "the least size, " + min.text() + ", is above the largest, " + max.text());
        for (Resources end : new Resources[] {min, max})
            if (!end.equals(rounded(end, grain, true)))
                throw new IllegalArgumentException(
                        end.text() + " is no multiple of " + grain.text());
    }

    /// For a driver that can make every size between whole units.
    public static SizeLimits of(ComputeUnit unit, int low, int high) {
        return new SizeLimits(unit, unit.times(low), unit.times(high), unit.times(1));
    }

    /// The nearest limits that are multiples of `grain`: no smaller than `least`, and no larger
    /// than `most`, where both can be.
    public static SizeLimits between(
            ComputeUnit unit, Resources low, Resources high, Resources grain) {
        Resources min = rounded(low, grain, true);
        return new SizeLimits(unit, min, rounded(high, grain, false).max(min), grain);
    }

    /// The size for a goal of `units`.
    public Resources size(int units) {
        return within(unit.times(units));
    }

    /// The least size that can be made, is within the limits, and covers `wanted` when any does.
    Resources within(Resources wanted) {
        return roundedUp(wanted).max(min).min(max);
    }

    Resources roundedUp(Resources wanted) {
        return rounded(wanted, grain, true);
    }

    Resources roundedDown(Resources wanted) {
        return rounded(wanted, grain, false);
    }

    /// One unit from `from` up to `to`, no further.
    Resources oneUp(Resources from, Resources to) {
        return from.plus(unit.times(1)).min(to);
    }

    /// One unit from `from` down to `to`, no further.
    Resources oneDown(Resources from, Resources to) {
        return from.minus(unit.times(1)).max(to);
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
