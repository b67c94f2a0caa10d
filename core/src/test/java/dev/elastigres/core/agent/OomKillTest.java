package dev.elastigres.core.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.agent.Action.RequestPermit;
import dev.elastigres.core.agent.Action.Resize;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// A VM that was killed because memory ran out gets more memory even without metrics and a monitor:
/// it may not be able to run at all.
class OomKillTest {
    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;
    private static final ScalingRules RULES = ScalingRules.ELASTIGRES;

    private Moment now = new Moment(0);
    private State state = begin(1, 64);

    @Test
    void itGetsAnotherUnitOfMemoryAndNoCpus() {
        List<Action> actions = killed(UNIT.memory());
        var more = new Resources(UNIT.vcpus(), Bytes.ofGibibytes(2));
        RequestPermit ask = only(RequestPermit.class, actions);
        assertThat(ask.wanted()).isEqualTo(more);
        Resize resize = only(Resize.class, after(new Event.PermitReceived(ask.id(), more, false)));
        assertThat(resize.to()).isEqualTo(more);
        assertThat(state.why().reason().text())
                .isEqualTo("a process was killed because memory ran out, so it gets at least 2GiB");
        after(new Event.ResizeEnded(resize.id(), new ResizeOutcome.Done(more)));
        assertThat(state.why().wanted()).isEqualTo(more);
        assertThat(state.why().text()).contains("OOM killer ended a process");
    }

    @Test
    void aLargeOneGetsAFifthMore() {
        state = begin(20, 64);
        killed(Bytes.ofGibibytes(20));
        assertThat(state.why().wanted().memory()).isEqualTo(Bytes.ofGibibytes(24));
    }

    /// A second kill at the raised limit raises it again.
    @Test
    void eachKillRaisesIt() {
        killed(Bytes.ofGibibytes(1));
        killed(Bytes.ofGibibytes(2));
        assertThat(state.why().wanted().memory()).isEqualTo(Bytes.ofGibibytes(3));
        // A kill that is reported late does not lower the floor.
        killed(Bytes.ofGibibytes(1));
        assertThat(state.why().wanted().memory()).isEqualTo(Bytes.ofGibibytes(3));
    }

    @Test
    void aKilledProcessRaisesItLikeTheWholeVm() {
        state = begin(10, 64);
        after(new Event.OutOfMemory());
        assertThat(state.why().wanted().memory()).isEqualTo(Bytes.ofGibibytes(12));
        // Another kill before the VM has grown is the same shortage.
        after(new Event.OutOfMemory());
        assertThat(state.why().wanted().memory()).isEqualTo(Bytes.ofGibibytes(12));
    }

    @Test
    void floorOfLargeVmDecaysUnitByUnit() {
        state = begin(20, 64);
        killed(Bytes.ofGibibytes(20));
        Moment killedAt = now;
        var floors = new ArrayList<String>();
        while (state.demand().memoryFloor().isPresent()) {
            String floor = state.demand().memoryFloor().get().at(now).toString();
            if (floors.isEmpty() || !floors.getLast().endsWith(floor))
                floors.add(now.since(killedAt).toMinutes() + " min " + floor);
            now = state.wakeAt();
            after(new Event.TimerFired());
        }
        assertThat(floors)
                .containsExactly("0 min 24GiB", "390 min 23GiB", "780 min 22GiB", "1170 min 21GiB");
        assertThat(now.since(killedAt)).isEqualTo(MemoryFloor.KEPT);
    }

    @Test
    void itKeepsThatForMoreThanADay() {
        state = begin(2, 64);
        killed(Bytes.ofGibibytes(1));
        Moment killedAt = now;
        while (state.demand().memoryFloor().isPresent()) {
            assertThat(state.why().wanted().memory()).isEqualTo(Bytes.ofGibibytes(2));
            now = state.wakeAt();
            after(new Event.TimerFired());
        }
        assertThat(now.since(killedAt)).isEqualTo(Duration.ofHours(26));
    }

    @Test
    void killAtUnknownLimitSetsFloorToCurrentSize() {
        state = begin(3, 64);
        after(new Event.OomKilled(Optional.empty(), now));
        assertThat(state.demand().memoryFloor().orElseThrow().memory())
                .isEqualTo(Bytes.ofGibibytes(3));
        assertThat(state.why().wanted()).isEqualTo(UNIT.times(3));
    }

    @Test
    void aKillOfLongAgoCountsForNothing() {
        Moment ago = now.plus(MemoryFloor.KEPT.negated());
        assertThat(after(new Event.OomKilled(Optional.of(UNIT.memory()), ago))).isEmpty();
        assertThat(state.why().wanted()).isEqualTo(UNIT.times(1));
    }

    @Test
    void explainsThatItIsAtItsMaximum() {
        state = begin(4, 4);
        killed(Bytes.ofGibibytes(4));
        assertThat(state.why().wanted()).isEqualTo(UNIT.times(4));
        assertThat(state.why().reason().isAtMaximum()).isTrue();
        assertThat(state.why().reason().text())
                .isEqualTo(
                        "a process was killed because memory ran out, and it may not have more than its maximum"
                                + " of 4GiB");
        // A raised maximum takes effect at once.
        after(new Event.LimitsChanged(SizeLimits.of(UNIT, 1, 64)));
        assertThat(state.why().wanted().memory()).isEqualTo(Bytes.ofGibibytes(5));
    }

    @Test
    void recommendModeOnlyRecommendsMoreMemory() {
        ScalingRules recommending = RULES.recommending();
        Step step =
                AgentDecision.after(
                        state,
                        new Event.OomKilled(Optional.of(UNIT.memory()), now),
                        recommending,
                        now);
        assertThat(step.actions()).noneMatch(Resize.class::isInstance);
        assertThat(step.state().why().wanted().memory()).isEqualTo(Bytes.ofGibibytes(2));
    }

    private List<Action> killed(Bytes limit) {
        return after(new Event.OomKilled(Optional.of(limit), now));
    }

    private List<Action> after(Event event) {
        Step step = AgentDecision.after(state, event, RULES, now);
        state = step.state();
        return step.actions();
    }

    /// Returns the state after the first report to the scheduler, which requests nothing.
    private State begin(int units, int max) {
        Resources size = UNIT.times(units);
        state = State.begin(SizeLimits.of(UNIT, 1, max), size, size, 1, RULES, now);
        var asks = new ArrayList<>(after(new Event.TimerFired()));
        after(new Event.PermitReceived(only(RequestPermit.class, asks).id(), size, false));
        return state;
    }

    private static <A extends Action> A only(Class<A> type, List<Action> actions) {
        assertThat(actions).hasOnlyElementsOfType(type).hasSize(1);
        return type.cast(actions.getFirst());
    }
}
