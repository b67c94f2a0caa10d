package dev.elastigres.simulation.faults;

import static dev.elastigres.simulation.time.ViolationException.check;

import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.scaling.GoalComponent;
import dev.elastigres.core.scaling.Headroom;
import dev.elastigres.core.scaling.Preference;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/// Bounds on the sizes that a demand calls for, as learned headroom may be at most and as the
/// agent's explanations stated it.
final class HeadroomBounds {
    /// Largest busy fraction of a CPU that may be learned.
    private static final double STEADY = 0.95;

    /// Smallest busy fraction of a CPU that may be learned.
    private static final double JUMPY = 0.6;

    private static final double ROUNDING = 1e-9;

    private final ComputeUnit unit;
    private final ScalingRules rules;

    /// Time for which a stated headroom justifies a size.
    private final Duration kept;

    private final ArrayDeque<StatedHeadroom> stated = new ArrayDeque<>();

    private record StatedHeadroom(Duration at, Headroom headroom) {}

    HeadroomBounds(ComputeUnit unit, ScalingRules rules, Duration kept) {
        this.unit = unit;
        this.rules = rules;
        this.kept = kept;
    }

    /// Records the headroom that the agent's goal states, which must be within its limits.
    void state(State state, Duration now) {
        Optional<Goal> goal = state.demand().history().goal();
        if (rules.headroom().isEmpty() || goal.isEmpty()) return;
        double use = use(goal.get());
        Bytes reserve = goal.get().reserve();
        check(
                !maxReserve().isLessThan(reserve),
                () -> reserve + " in reserve, of which " + maxReserve() + " is the maximum");
        var headroom = new Headroom(Optional.of(use), reserve);
        if (stated.isEmpty() || !stated.getLast().headroom.equals(headroom))
            stated.addLast(new StatedHeadroom(now, headroom));
        while (stated.size() > 1 && isOver(now)) stated.removeFirst();
    }

    /// Returns the stated busy fraction of a CPU; that of the steadiest load if none is stated.
    private static double use(Goal goal) {
        if (!(goal.cpu().orElse(null)
                instanceof GoalComponent.Demand(double _, var _, double use, boolean learned)))
            return STEADY;
        check(
                learned && use >= JUMPY - ROUNDING && use <= STEADY + ROUNDING,
                () -> "a CPU should be busy for " + use);
        return use;
    }

    /// Returns whether the oldest headroom was replaced too long ago to count.
    private boolean isOver(Duration now) {
        StatedHeadroom first = stated.removeFirst();
        boolean over = now.minus(stated.getFirst().at).compareTo(kept) > 0;
        stated.addFirst(first);
        return over;
    }

    private Bytes maxReserve() {
        int units = rules.headroom().map(Preference::maxReserveUnits).orElse(0);
        return unit.times(units).memory();
    }

    /// Returns the smallest size that `need` may call for.
    Resources min(VmMetrics need) {
        return size(need, new Headroom(Optional.of(STEADY), Bytes.ZERO));
    }

    /// Returns the largest size that `need` calls for with any headroom of the recent past.
    Resources max(VmMetrics need) {
        double use = STEADY;
        Bytes reserve = Bytes.ZERO;
        for (StatedHeadroom each : stated) {
            use = Math.min(use, each.headroom.cpuUse().orElse(STEADY));
            reserve = reserve.max(each.headroom.memory());
        }
        return size(need, new Headroom(Optional.of(use), reserve));
    }

    private Resources size(VmMetrics need, Headroom learned) {
        Headroom headroom = rules.headroom().isPresent() ? learned : Headroom.OF_RULES;
        return Goal.of(need, unit, rules.goal(), Resources.ZERO, headroom).size();
    }
}
