package dev.elastigres.core.budget;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.time.Duration;

/// Rules that limit a host's permits.
///
/// @param capacity total that all VMs of the host may have
/// @param headroom part of the capacity that only urgent requests get
/// @param step permits grow by whole steps, for each resource separately, or up to the request
/// @param wishCounts how long an unmet request keeps other VMs from more than their fair share
/// @param growth amount by which all VMs together may grow beyond their fair shares at once without
///     an urgent request, and again every 10 s; at least one step. The whole capacity is no limit
public record BudgetRules(
        Resources capacity,
        Resources headroom,
        Resources step,
        Duration wishCounts,
        Resources growth) {
    public static final Duration WISH_COUNTS = Duration.ofSeconds(10);

    private static final double ROUNDING = 1e-9;

    /// Returns rules for machines that change their size by whole grains. The headroom is rounded
    /// down to whole grains: a part of a grain could never be permitted, and would only make the
    /// last grain of the capacity unusable.
    ///
    /// @param part fraction of the capacity that only urgent requests get, from 0 to 1
    /// @param growthPart fraction of the capacity by which VMs may grow beyond their fair shares at
    ///     once, from 0 to 1
    /// @param unit permits grow by this amount rounded up to whole grains
    public static BudgetRules of(
            Resources capacity, double part, double growthPart, Resources unit, Resources grain) {
        double cpus = Math.floor(capacity.vcpus() * part / grain.vcpus() + ROUNDING);
        long memory = capacity.memory().times(part).value() / grain.memory().value();
        double stepCpus = Math.ceil(unit.vcpus() / grain.vcpus() - ROUNDING);
        long stepMemory = Math.ceilDiv(unit.memory().value(), grain.memory().value());
        return new BudgetRules(
                capacity,
                times(grain, cpus, memory),
                times(grain, stepCpus, stepMemory),
                WISH_COUNTS,
                new Resources(capacity.vcpus() * growthPart, capacity.memory().times(growthPart))
                        .inThousandths());
    }

    /// Creates rules without a limit of growth.
    public BudgetRules(
            Resources capacity, Resources headroom, Resources step, Duration wishCounts) {
        this(capacity, headroom, step, wishCounts, capacity);
    }

    /// Returns whether growth beyond fair shares is limited.
    boolean limitsGrowth() {
        return !growth.covers(capacity);
    }

    private static Resources times(Resources grain, double cpus, long memory) {
        return new Resources(
                        cpus * grain.vcpus(),
                        new Bytes(Math.multiplyExact(memory, grain.memory().value())))
                .inThousandths();
    }

    public BudgetRules {
        if (!capacity.covers(headroom))
            throw new IllegalArgumentException(
                    "the headroom, "
                            + headroom.text()
                            + ", is more than all there is, "
                            + capacity.text());
        if (step.vcpus() <= 0 || step.memory().value() == 0)
            throw new IllegalArgumentException("the step of permits must be above zero");
        if (wishCounts.isNegative())
            throw new IllegalArgumentException(
                    "the time that a wish counts must not be negative: " + wishCounts);
        growth = growth.max(step);
    }
}
