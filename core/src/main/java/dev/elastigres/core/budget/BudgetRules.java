package dev.elastigres.core.budget;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.time.Duration;

/// What may be handed out.
///
/// @param capacity all that the VMs of the host may have together
/// @param headroom the part of it that only urgent asks get
/// @param step permits grow by whole steps, each resource on its own, or up to what was asked for
/// @param wishCounts how long a wish that could not be met keeps others from more than their share
public record BudgetRules(
        Resources capacity, Resources headroom, Resources step, Duration wishCounts) {
    public static final Duration WISH_COUNTS = Duration.ofSeconds(10);

    private static final double ROUNDING = 1e-9;

    /// For machines that change their size by whole grains: less of a headroom than one grain could
    /// never be handed out, and would only keep the last grain of the capacity from everybody.
    ///
    /// @param part of the capacity that only urgent asks get, from 0 to 1
    /// @param unit permits grow by this much, or by one grain where that is more
    public static BudgetRules of(Resources capacity, double part, Resources unit, Resources grain) {
        double cpus = Math.floor(capacity.vcpus() * part / grain.vcpus() + ROUNDING);
        long memory = capacity.memory().times(part).value() / grain.memory().value();
        double stepCpus = Math.ceil(unit.vcpus() / grain.vcpus() - ROUNDING);
        long stepMemory = Math.ceilDiv(unit.memory().value(), grain.memory().value());
        return new BudgetRules(
                capacity,
                times(grain, cpus, memory),
                times(grain, stepCpus, stepMemory),
                WISH_COUNTS);
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
            throw new IllegalArgumentException("permits that grow by nothing");
        if (wishCounts.isNegative())
            throw new IllegalArgumentException("a wish counts for some time, not " + wishCounts);
    }
}
