package dev.elastigres.simulation.faults;

import static dev.elastigres.simulation.time.ViolationException.check;

import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.AgentDecision;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.MonitorState;
import dev.elastigres.core.agent.ResizeSpan;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.agent.SizeReason;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.ViolationException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One VM as the agent knows it: its state, its open requests, and the checks after every step.
final class SimulatedVm {
    private final ScalingRules rules;
    private final Optional<PlantedBug> bug;
    private final Supplier<Moment> clock;
    private final Consumer<Transition> seen;
    private final NeedHistory needs;
    private final Supplier<Duration> elapsed;
    private final boolean bursts;
    private final HoldCheck hold = new HoldCheck();
    private final MonitorSizeCheck monitorSizes;
    private final SizeReasonCheck reasons = new SizeReasonCheck();
    private State state;

    /// Deadlines of open requests, one for each kind; empty after an answer or a failure.
    private Optional<Moment> resizing = Optional.empty();

    private Optional<Moment> scheduling = Optional.empty();
    private Optional<Moment> shrinking = Optional.empty();
    private Optional<Moment> notification = Optional.empty();

    /// The last refused shrink, and the time before which it must not be repeated.
    private Resources refused = Resources.ZERO;

    private Resources asked = Resources.ZERO;

    private Optional<Moment> refusedUntil = Optional.empty();

    /// Memory that kills because memory ran out may have called for.
    private Resources floor = Resources.ZERO;

    /// @param needs the VM's actual demand, by `elapsed`
    /// @param elapsed time of the agent's clock, summed over all of its runs
    /// @param bursts whether short bursts of load let its metrics show slightly too much
    SimulatedVm(
            State state,
            ScalingRules rules,
            Optional<PlantedBug> bug,
            Supplier<Moment> clock,
            Consumer<Transition> seen,
            NeedHistory needs,
            Supplier<Duration> elapsed,
            boolean bursts) {
        this.needs = needs;
        this.elapsed = elapsed;
        this.bursts = bursts;
        this.state = bug.map(it -> it.begun(state, clock.get())).orElse(state);
        this.rules = rules;
        this.bug = bug;
        this.clock = clock;
        this.seen = seen;
        monitorSizes = new MonitorSizeCheck(rules.goal().shape());
    }

    State state() {
        return state;
    }

    SizeLimits limits() {
        return state.limits();
    }

    /// Handles `event` and returns the step that follows.
    Step take(Event event) {
        Moment now = clock.get();
        note(event, now);
        hold.note(event, state);
        reasons.note(event);
        if (bug.isPresent() && !bug.get().hears(event))
            return new Step(state, List.of(), List.of(), Optional.empty());
        close(event);
        Event taken = bug.map(it -> it.in(event, state)).orElse(event);
        State before = state;
        Step step = AgentDecision.after(state, taken, rules, now);
        step.transitions().forEach(seen);
        if (bug.isPresent()) step = bug.get().in(step);
        state = step.state();
        noteResize(now);
        needs.explained(state, elapsed.get());
        reasons.check(step);
        checkAsked();
        for (Action action : step.actions()) {
            hold.check(before, limits(), action, now);
            checkNeeded(before, action, now);
        }
        check(state.wakeAt().isAfter(now), () -> "would spin: wakes at once, without any event");
        check(!state.why().text().isBlank(), () -> "a decision without an explanation");
        for (Action action : step.actions()) open(before, action, now);
        return step;
    }

    private void note(Event event, Moment now) {
        switch (event) {
            case Event.OutOfMemory _, Event.OomKilled _ -> {
                Bytes memory = state.current().memory();
                Bytes more = memory.plus(unit().memory()).max(memory.times(1.2));
                floor = floor.max(limits().unit().roundedUp(new Resources(0, more)));
            }
            case Event.UpscaleRequested(long _, var min) -> {
                Resources current = state.current();
                // Page cache may keep the VM larger than its monitor knows.
                Resources used =
                        state.monitor() instanceof MonitorState.Present present
                                ? present.maxSize().min(current)
                                : current;
                // A request without amounts is for one unit.
                Resources stated =
                        min.filter(_ -> rules.statedSizes()).orElse(current.plus(unit()));
                Resources more = limits().unit().roundedUp(stated.max(current));
                boolean cpus = stated.vcpus() > 0;
                boolean memory = !cpus || used.memory().isLessThan(stated.memory());
                if (min.isEmpty()) needs.askedAgain(current, elapsed.get());
                needs.asked(
                        new Resources(cpus ? more.vcpus() : 0, memory ? more.memory() : Bytes.ZERO),
                        elapsed.get());
            }
            case Event.DownscaleRefused it when isAwaited(it, now) -> {
                refused = asked;
                refusedUntil = Optional.of(now.plus(rules.cooldown().first()));
            }
            case Event.MonitorFound _ -> refusedUntil = Optional.empty();
            case Event.DownscaleRefused _,
                    Event.DownscaleAgreed _,
                    Event.UpscaleConfirmed _,
                    Event.LimitsChanged _,
                    Event.HoldChanged _,
                    Event.MetricsRead _,
                    Event.MonitorFailed _,
                    Event.MonitorLost _,
                    Event.PermitReceived _,
                    Event.ResizeEnded _,
                    Event.PermitRequestFailed _,
                    Event.SizeObserved _,
                    Event.TimerFired _ -> {}
        }
    }

    private void noteResize(Moment now) {
        Optional<ResizeSpan> span = state.driver().span().filter(ResizeSpan::open);
        if (span.isEmpty()) return;
        needs.resizes(elapsed.get());
        if (span.get().isStuck(now)) needs.markUnclear(elapsed.get());
    }

    private boolean isAwaited(Event.DownscaleRefused answer, Moment now) {
        return state.monitor() instanceof MonitorState.Present present
                && present.session() == answer.session()
                && present.downscaleRequest()
                        .filter(it -> it.id() == answer.id() && now.isBefore(it.deadline()))
                        .isPresent();
    }

    private void checkAsked() {
        if (!(state.why().reason() instanceof SizeReason.UrgentRequest(Resources min))) return;
        Resources was = needs.asked(elapsed.get());
        check(
                was.covers(min),
                () ->
                        "gives %s for urgent requests, of which none was for more than %s"
                                .formatted(min.text(), was.text()));
    }

    private void checkNeeded(State before, Action action, Moment now) {
        switch (action) {
            case Action.Resize(long _, Resources from, Resources to) -> {
                reasons.resized(state.why().reasons());
                Resources known = from.max(before.size().target().orElse(from));
                Resources max =
                        known.max(needed())
                                .max(needs.asked(elapsed.get()))
                                .max(floor)
                                .max(hold.pinned(limits(), now));
                check(
                        limits().unit().roundedUp(max).covers(to) || !needs.isClear(elapsed.get()),
                        () ->
                                "grows to %s, and needed no more than %s (%s)"
                                        .formatted(to.text(), max.text(), state.why().text()));
            }
            case Action.RequestDownscale(long _, long _, Resources target) -> {
                asked = target;
                check(
                        refusedUntil.isEmpty()
                                || !now.isBefore(refusedUntil.get())
                                || !refused.covers(target),
                        () -> "asks for " + target.text() + " again, which was just refused");
                // An operator may choose less than the VM needs, if its monitor agrees.
                Resources counts =
                        hold.isPinned(now) ? Resources.ZERO : sustained().min(monitor().maxSize());
                check(
                        target.covers(counts),
                        () ->
                                "shrinks to %s, and needed %s a short while ago"
                                        .formatted(target.text(), counts.text()));
            }
            case Action.RequestPermit _,
                    Action.ReadSize _,
                    Action.ReadMetrics _,
                    Action.NotifyMonitor _ -> {}
        }
    }

    private Resources needed() {
        Resources needed = needs.highest(elapsed.get());
        // Allows for a burst during a tenth of the time, and for the work that waits meanwhile.
        if (bursts)
            needed =
                    new Resources(needed.vcpus() * 1.1, needed.memory().times(1.1))
                            .plus(limits().unit().times(2));
        return limits().within(needed);
    }

    private Resources sustained() {
        Duration window = rules.dampingWindow();
        if (window.isZero()) return Resources.ZERO;
        // A steady load's peaks count for a quarter of the window; in whole units, for memory too.
        boolean learns = rules.headroom().isPresent();
        Resources recent = needs.sustained(learns ? window.dividedBy(4) : window, elapsed.get());
        Resources kept =
                rules.goal().shape() == SizeShape.INDEPENDENT
                        ? needs.sustained(window, elapsed.get())
                        : recent;
        return limits().within(new Resources(recent.vcpus(), kept.memory()));
    }

    /// Closes the requests that `event` answers. The core matches ids, so this ignores them.
    private void close(Event event) {
        switch (event) {
            case Event.ResizeEnded _ -> resizing = Optional.empty();
            case Event.PermitReceived _, Event.PermitRequestFailed _ ->
                    scheduling = Optional.empty();
            case Event.DownscaleAgreed _, Event.DownscaleRefused _ -> shrinking = Optional.empty();
            case Event.UpscaleConfirmed _ -> notification = Optional.empty();
            case Event.MonitorFailed _, Event.MonitorFound _, Event.MonitorLost _ -> {
                shrinking = Optional.empty();
                notification = Optional.empty();
            }
            case Event.MetricsRead _,
                    Event.SizeObserved _,
                    Event.UpscaleRequested _,
                    Event.OutOfMemory _,
                    Event.OomKilled _,
                    Event.LimitsChanged _,
                    Event.HoldChanged _,
                    Event.TimerFired _ -> {}
        }
    }

    private void open(State before, Action action, Moment now) {
        var timing = rules.timing();
        switch (action) {
            case Action.Resize resize -> {
                alone(resizing, now, "a resize beside a resize");
                if (monitorSizes.overlaps(resize, before.size().requested()))
                    alone(shrinking, now, "a resize while the monitor is asked for a smaller size");
                resizing = Optional.of(now.plus(timing.resizeTimeout()));
                // A resize that started under other limits may continue.
                Resources max =
                        limits().max()
                                .max(resize.from())
                                .max(before.size().target().orElse(resize.from()));
                check(
                        max.covers(resize.to()),
                        () -> "grows to " + resize.to().text() + ", above its maximum");
                check(
                        state.scheduler().permit().max(resize.from()).covers(resize.to()),
                        () ->
                                "grows to "
                                        + resize.to().text()
                                        + ", with a permit for "
                                        + state.scheduler().permit().text());
            }
            case Action.RequestPermit _ -> {
                alone(scheduling, now, "two asks to the scheduler at once");
                scheduling = Optional.of(now.plus(timing.schedulerTimeout()));
            }
            case Action.RequestDownscale ask -> {
                alone(resizing, now, "the monitor is asked while a resize runs");
                alone(shrinking, now, "two asks to the monitor at once");
                alone(notification, now, "the monitor is asked before it has confirmed");
                shrinking = Optional.of(now.plus(timing.monitorTimeout()));
                check(
                        ask.target().plus(unit()).covers(monitor().maxSize()),
                        () ->
                                "asks the monitor for more than one unit: from "
                                        + monitor().maxSize().text()
                                        + " to "
                                        + ask.target().text());
                monitorSizes.asked(ask.target(), monitor(), limits());
            }
            case Action.NotifyMonitor tell -> {
                alone(notification, now, "the monitor is told twice at once");
                alone(shrinking, now, "the monitor is told while it is asked");
                notification = Optional.of(now.plus(timing.monitorTimeout()));
                // A monitor that got no notification yet is notified of the whole size at once.
                check(
                        monitor().minSize().equals(Resources.ZERO)
                                || monitor().minSize().plus(unit()).covers(tell.size()),
                        () ->
                                "tells the monitor of more than one unit: from "
                                        + monitor().minSize().text()
                                        + " to "
                                        + tell.size().text());
                monitorSizes.notified(tell.size(), monitor(), limits());
            }
            case Action.ReadSize(), Action.ReadMetrics() -> {}
        }
    }

    private Resources unit() {
        return limits().unit().times(1);
    }

    private MonitorState.Present monitor() {
        if (state.monitor() instanceof MonitorState.Present present) return present;
        throw new ViolationException("speaks to a monitor that is not there");
    }

    private static void alone(Optional<Moment> open, Moment now, String otherwise) {
        check(open.isEmpty() || !now.isBefore(open.get()), () -> otherwise);
    }
}
