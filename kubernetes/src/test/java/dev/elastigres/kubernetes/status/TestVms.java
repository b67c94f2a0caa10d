package dev.elastigres.kubernetes.status;

import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Obstacle;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.SizeExplanation;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.agent.SizeReason;
import dev.elastigres.core.agent.SizeReasons;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.scaling.GoalComponent;
import dev.elastigres.core.scaling.MinimumUnits;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.targets.PodName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The fleet's states of pods, for tests.
final class TestVms {
    static final ComputeUnit UNIT = ComputeUnit.DEFAULT;

    private TestVms() {}

    static VmStatus view(PodName pod, int has, int wanted, SizeReason reason, Obstacle obstacle) {
        Resources size = UNIT.times(has);
        State begun =
                State.begin(
                        SizeLimits.of(UNIT, 1, 8),
                        size,
                        size,
                        1,
                        ScalingRules.ELASTIGRES,
                        new Moment(0));
        State state =
                begun.with(
                        new SizeExplanation(
                                size,
                                UNIT.times(wanted),
                                SizeReasons.of(reason),
                                obstacle,
                                Optional.empty(),
                                false),
                        begun.wakeAt());
        return new VmStatus(pod.toString(), state, Optional.empty(), Map.of(), List.of(), Map.of());
    }

    /// Returns a pod with its wanted size.
    static VmStatus settled(PodName pod, int units, double load) {
        return view(pod, units, units, byLoad(units, load), new Obstacle.None());
    }

    static SizeReason byLoad(int units, double load) {
        return new SizeReason.ByGoal(
                new Goal(
                        units,
                        SizeShape.UNITS,
                        UNIT.times(units),
                        true,
                        Optional.of(new GoalComponent.Load(units, load, 0.9)),
                        Optional.empty(),
                        Optional.empty(),
                        MinimumUnits.NONE));
    }
}
