package dev.elastigres.core.budget;

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
