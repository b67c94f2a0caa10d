package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Builds a step while it is decided: the state so far, and the actions and transitions so far. The
/// builder is the only owner of the state from the event until [#finish].
final class AgentStepBuilder {
    private final ScalingRules rules;
    private final Moment now;
    private final List<Action> actions = new ArrayList<>();
    private final List<Transition> transitions = new ArrayList<>();
    private State state;
    private Optional<SizeChange> change = Optional.empty();
    private boolean waitsForRoom;

    AgentStepBuilder(State state, ScalingRules rules, Moment now) {
        this.state = state;
        this.rules = rules;
        this.now = now;
    }

    ScalingRules rules() {
        return rules;
    }

    AgentTiming timing() {
        return rules.timing();
    }

    Moment now() {
        return now;
    }

    State state() {
        return state;
    }

    void set(SizeLimits limits) {
        state = state.with(limits);
    }

    void set(VmSize size) {
        state = state.with(size);
    }

    void set(DriverState driver) {
        state = state.with(driver);
    }

    void set(VmDemand demand) {
        state = state.with(demand);
    }

    void set(ShrinkBackoff shrink) {
        state = state.with(shrink);
    }

    void set(PermitState scheduler) {
        state = state.with(scheduler);
    }

    void set(MonitorState monitor) {
        state = state.with(monitor);
    }

    void setHold(Optional<SizeHold> hold) {
        state = state.withHold(hold);
    }

    /// Returns the resources that an effect on those of `set` extends to: all where sizes are whole
    /// units.
    ResourceSet affected(ResourceSet set) {
        return rules.goal().shape().isTied() && !set.isEmpty() ? ResourceSet.ALL : set;
    }

    void add(Transition transition) {
        transitions.add(transition);
    }

    boolean has(Transition transition) {
        return transitions.contains(transition);
    }

    void add(Action action) {
        actions.add(action);
    }

    /// Returns a new request, with an id above all earlier ones.
    OpenRequest request(Resources size, Duration timeout) {
        var request = new OpenRequest(state.nextId(), size, now.plus(timeout));
        state = state.withNextId();
        return request;
    }

    /// Returns whether `id` is the id of `request`, which is not answered yet. Any other answer is
    /// counted as stray.
    boolean isLive(Optional<OpenRequest> request, long id) {
        boolean live = request.isPresent() && request.get().id() == id;
        if (!live) add(Transition.STRAY_ANSWER);
        return live;
    }

    boolean isOver(Optional<OpenRequest> request) {
        return request.isPresent() && !now.isBefore(request.get().deadline());
    }

    /// Records an observed size.
    ///
    /// @param why reasons for the resize that led to it; empty if another party resized the VM
    void observed(Resources size, Optional<SizeReasons> why) {
        Resources current = state.current();
        if (!size.equals(current))
            change =
                    Optional.of(
                            new SizeChange(
                                    current, size, why.map(it -> it.ofChange(current, size))));
        set(state.size().observed(size));
    }

    /// Records that what is left of the resize waits for room on the host, so no resize is in
    /// progress.
    void waitForRoom() {
        waitsForRoom = true;
    }

    boolean waitsForRoom() {
        return waitsForRoom;
    }

    /// Returns the finished step.
    Step finish(SizeExplanation why, Moment wakeAt) {
        return new Step(state.with(why, wakeAt), actions, transitions, change);
    }
}
