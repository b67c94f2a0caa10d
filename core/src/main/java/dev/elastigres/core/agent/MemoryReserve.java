package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.scaling.GoalComponent;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;

/// Learned reserve of memory for independent sizes: what would have been enough for the largest
/// rise of memory in use within the last day. Rises that are too large to be provided for do not
/// count.
///
/// Whole units leave half a unit free on average and need no further reserve.
///
/// @param goals recent peaks of the goal's memory with the reserve of the shape only, in bytes
/// @param rises reserves that would have been enough for the rises above that, in bytes
public record MemoryReserve(PeakHistory goals, PeakHistory rises) {
    private static final Duration KEPT = Duration.ofDays(1);

    /// Steps of the reserve in one compute unit.
    private static final int STEPS = 4;

    static final MemoryReserve NONE = new MemoryReserve(PeakHistory.NONE, PeakHistory.NONE);

    /// Returns the reserve with a reading added.
    ///
    /// @param goal goal of the reading without a learned reserve
    MemoryReserve with(Goal goal, Moment at, SizeLimits limits, ScalingRules rules) {
        Duration window = rules.dampingWindow();
        long wanted = goal.size().memory().value();
        PeakHistory newer = goals.with(wanted, at, window);
        long step = limits.unit().memory().value() / STEPS;
        long max = step * STEPS * rules.headroom().orElseThrow().maxReserveUnits();
        // The preference or the unit may have changed.
        var provided =
                new PeakHistory(rises.peaks().stream().filter(it -> it.amount() <= max).toList());
        if (goals.peaks().isEmpty()) return new MemoryReserve(newer, provided);
        long before =
                Math.max(
                        limits.min().memory().value(),
                        goals.highest(goals.peaks().getLast().amount(), window, at));
        long used = goal.memory().map(GoalComponent.Memory::used).orElse(Bytes.ZERO).value();
        if (used <= before) return new MemoryReserve(newer, provided);
        long inShape = rules.goal().shape().minReserve(limits.unit()).value();
        long enough = inShape + Math.ceilDiv(used - before, Math.max(1, step)) * step;
        return new MemoryReserve(newer, enough <= max ? provided.with(enough, at, KEPT) : provided);
    }

    /// Returns the memory to hold in reserve; zero if no rise was seen.
    Bytes reserve(Moment now) {
        return new Bytes(rises.highest(0, KEPT, now));
    }
}
