package dev.elastigres.core.agent;

import dev.elastigres.core.agent.Event.DownscaleAgreed;
import dev.elastigres.core.agent.Event.DownscaleRefused;
import dev.elastigres.core.agent.Event.HoldChanged;
import dev.elastigres.core.agent.Event.LimitsChanged;
import dev.elastigres.core.agent.Event.MetricsRead;
import dev.elastigres.core.agent.Event.MonitorFailed;
import dev.elastigres.core.agent.Event.MonitorFound;
import dev.elastigres.core.agent.Event.MonitorLost;
import dev.elastigres.core.agent.Event.OomKilled;
import dev.elastigres.core.agent.Event.OutOfMemory;
import dev.elastigres.core.agent.Event.PermitReceived;
import dev.elastigres.core.agent.Event.PermitRequestFailed;
import dev.elastigres.core.agent.Event.ResizeEnded;
import dev.elastigres.core.agent.Event.SizeObserved;
import dev.elastigres.core.agent.Event.TimerFired;
import dev.elastigres.core.agent.Event.UpscaleConfirmed;
import dev.elastigres.core.agent.Event.UpscaleRequested;
import dev.elastigres.core.units.Moment;
import java.util.Optional;

/// Decides everything about one VM, as a function of its state, an event and the current time.
///
/// The order of consents is fixed. To grow: the scheduler permits, the driver resizes, the monitor
/// is notified. To shrink: the monitor agrees, the driver resizes, the scheduler is notified. So
/// the scheduler's record is never below what the VM may have, and the VM is never below what its
/// monitor may use, whichever messages get lost.
///
/// Each step expires what has timed out, applies the event, and then decides again what to do. The
/// parts are [SizeDecision], [PermitDecision], [MonitorAgreementDecision] and [ResizeDecision];
/// what an event adds to the state is in [DemandDecision] and [ObservedSizeDecision].
public final class AgentDecision {
    private AgentDecision() {}

    /// Returns the state, actions and transitions that follow from `event`.
    public static Step after(State state, Event event, ScalingRules rules, Moment now) {
        var step = new AgentStepBuilder(state, rules, now);
        expire(step);
        apply(event, step);
        WantedSize wanted = SizeDecision.decide(step);
        act(wanted, step);
        return step.finish(explain(wanted, step), NextWakeUp.next(step.state(), rules, now));
    }

    private static void expire(AgentStepBuilder step) {
        PermitDecision.expire(step);
        ObservedSizeDecision.expire(step);
        MonitorAgreementDecision.expire(step);
        expireHold(step);
        step.set(step.state().demand().at(step.now()));
        if (step.state().shrink().isOver(step.now())) step.add(Transition.COOLDOWN_ENDED);
        step.set(step.state().shrink().at(step.rules().cooldown(), step.now()));
    }

    private static void apply(Event event, AgentStepBuilder step) {
        switch (event) {
            case MetricsRead read -> DemandDecision.read(read, step);
            case UpscaleRequested request -> DemandDecision.request(request, step);
            case OutOfMemory() -> DemandDecision.outOfMemory(step);
            case OomKilled kill -> DemandDecision.oomKilled(kill, step);
            case PermitReceived answer -> PermitDecision.answered(answer, step);
            case PermitRequestFailed failure -> PermitDecision.failed(failure, step);
            case MonitorFound found -> MonitorAgreementDecision.found(found, step);
            case MonitorLost lost -> MonitorAgreementDecision.lost(lost, step);
            case UpscaleConfirmed answer -> MonitorAgreementDecision.confirmed(answer, step);
            case DownscaleAgreed answer -> MonitorAgreementDecision.agreed(answer, step);
            case DownscaleRefused answer -> MonitorAgreementDecision.refused(answer, step);
            case MonitorFailed failure -> MonitorAgreementDecision.failed(failure, step);
            case SizeObserved observed -> ObservedSizeDecision.observed(observed, step);
            case ResizeEnded ended -> ObservedSizeDecision.ended(ended, step);
            case LimitsChanged(SizeLimits limits) -> {
                step.add(Transition.LIMITS_CHANGED);
                step.set(limits);
                DriverState driver = step.state().driver();
                step.set(driver.with(driver.retries().withoutFailures()));
            }
            case HoldChanged(Optional<SizeHold> hold) -> changeHold(hold, step);
            case TimerFired() -> {}
        }
    }

    private static void changeHold(Optional<SizeHold> hold, AgentStepBuilder step) {
        Optional<SizeHold> lasting = hold.filter(it -> !it.isOver(step.now()));
        if (lasting.isEmpty() && step.state().hold().isEmpty()) return;
        step.add(
                lasting.map(
                                it ->
                                        switch (it) {
                                            case SizeHold.Pause _ -> Transition.PAUSED;
                                            case SizeHold.Pin _ -> Transition.PINNED;
                                        })
                        .orElse(Transition.HOLD_ENDED));
        step.setHold(lasting);
    }

    private static void expireHold(AgentStepBuilder step) {
        if (step.state().hold().filter(it -> it.isOver(step.now())).isEmpty()) return;
        step.add(Transition.HOLD_ENDED);
        step.setHold(Optional.empty());
    }

    private static void act(WantedSize wanted, AgentStepBuilder step) {
        ObservedSizeDecision.dropIrrelevantRetries(wanted.size(), step);
        MonitorAgreementDecision.limitToPossible(step);

        boolean acts = !step.rules().recommendOnly();
        boolean resizes = acts && !step.state().scheduler().moves();
        if (resizes) MonitorAgreementDecision.askForShrink(wanted.size(), step);
        PermitDecision.ask(wanted.size(), step);
        if (resizes) ResizeDecision.start(wanted, step);
        if (acts) MonitorAgreementDecision.announce(wanted.size(), step);
        ResizeDecision.look(step);
        ResizeDecision.followSpan(step);
    }

    private static SizeExplanation explain(WantedSize wanted, AgentStepBuilder step) {
        State state = step.state();
        return new SizeExplanation(
                state.current(),
                wanted.size(),
                wanted.reasons(),
                ObstacleFinder.find(state, wanted.size(), step.rules(), step.now()),
                state.demand().oomKillAt().map(step.now()::since),
                MonitorSteps.takesWholeUnits(state, step.rules()));
    }
}
