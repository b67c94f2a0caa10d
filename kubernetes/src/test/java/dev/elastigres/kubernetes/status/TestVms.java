package dev.elastigres.kubernetes.status;

import dev.elastigres.agent.worker.VmView;
import dev.elastigres.core.agent.Limits;
import dev.elastigres.core.agent.Obstacle;
import dev.elastigres.core.agent.Reason;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Why;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.scaling.Part;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.targets.PodName;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the fleet shows of pods, in any state.
final class TestVms {
    static final ComputeUnit UNIT = ComputeUnit.DEFAULT;

    private TestVms() {}

    static VmView view(PodName pod, int has, int wanted, Reason reason, Obstacle obstacle) {
        Resources size = UNIT.times(has);
        State begun =
                State.begin(Limits.of(UNIT, 1, 8), size, size, 1, Rules.ELASTIGRES, new Moment(0));
        var state =
                new State(
                        begun.limits(),
                        begun.has(),
                        begun.heading(),
                        begun.span(),
                        begun.demand(),
                        begun.urgent(),
                        begun.held(),
                        begun.cooldown(),
                        begun.scheduler(),
                        begun.monitor(),
                        begun.resizing(),
                        begun.retries(),
                        begun.resizedFor(),
                        begun.resizeSpan(),
                        begun.oomKillAt(),
                        begun.memoryFloor(),
                        begun.nextId(),
                        begun.lookAt(),
                        new Why(size, UNIT.times(wanted), reason, obstacle, Optional.empty()),
                        begun.wakeAt());
        return new VmView(pod.toString(), state, Optional.empty(), Map.of(), List.of(), Map.of());
    }

    /// One that has what it should.
    static VmView settled(PodName pod, int units, double load) {
        return view(pod, units, units, byLoad(units, load), new Obstacle.None());
    }

    static Reason byLoad(int units, double load) {
        return new Reason.ByGoal(
                new Goal(
                        units,
                        true,
                        Optional.of(new Part.Load(units, load, 0.9)),
                        Optional.empty(),
                        Optional.empty()));
    }
}
