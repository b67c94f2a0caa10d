package dev.elastigres.core.agent;

import dev.elastigres.core.agent.Action.RequestPermit;
import dev.elastigres.core.agent.Event.PermitReceived;
import dev.elastigres.core.agent.Event.PermitRequestFailed;
import dev.elastigres.core.agent.ResizeRetry.Direction;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// Decides when to request, reduce or renew a VM's permit, and applies the scheduler's answers.
final class PermitDecision {
    private PermitDecision() {}

    static void answered(PermitReceived answer, AgentStepBuilder step) {
        PermitState scheduler = step.state().scheduler();
        if (!step.isLive(scheduler.request(), answer.id())) return;
        Resources wanted = scheduler.request().orElseThrow().size();
        // Ignore what exceeds the request: this agent could not account for it.
        Resources permit = answer.permit().min(wanted);
        boolean all = permit.covers(wanted);
        boolean some = !scheduler.permit().covers(permit);
        step.add(
                all
                        ? Transition.PERMITTED
                        : some ? Transition.PERMITTED_IN_PART : Transition.DENIED);
        if (answer.moves() && !scheduler.moves()) step.add(Transition.MOVING);
        step.set(
                scheduler.answered(
                        permit.max(scheduler.permit()),
                        answer.moves(),
                        all ? step.now() : step.now().plus(step.timing().deniedBackoff()),
                        all
                                ? Optional.empty()
                                : Optional.of(
                                        answer.shortage().orElse("there is no room for more"))));
    }

    static void failed(PermitRequestFailed failure, AgentStepBuilder step) {
        PermitState scheduler = step.state().scheduler();
        if (!step.isLive(scheduler.request(), failure.id())) return;
        step.add(Transition.SCHEDULER_FAILED);
        step.set(scheduler.failed(failure.why(), retryAt(step)));
    }

    /// Abandons a request that the scheduler did not answer in time.
    static void expire(AgentStepBuilder step) {
        PermitState scheduler = step.state().scheduler();
        if (!step.isOver(scheduler.request())) return;
        step.add(Transition.SCHEDULER_SILENT);
        step.set(scheduler.failed("the scheduler did not answer", retryAt(step)));
    }

    private static Moment retryAt(AgentStepBuilder step) {
        return step.now().plus(step.timing().schedulerBackoff());
    }

    /// Requests a permit if the wanted size needs more or less than the permitted one, or if the
    /// next report is due.
    static void ask(Resources wanted, AgentStepBuilder step) {
        State state = step.state();
        PermitState scheduler = state.scheduler();
        if (scheduler.request().isPresent() || step.now().isBefore(scheduler.askAt())) return;
        Resources permit = scheduler.permit();
        Resources reachable = reachable(wanted, state, step.now());
        // What the VM may have already, and the permitted part of what it is about to get.
        Resources needed = state.size().range().max().max(reachable.min(permit));
        boolean grows = !permit.covers(reachable) && !scheduler.moves();
        boolean gives = !permit.equals(needed);
        boolean due = !step.now().isBefore(scheduler.reportAt());
        if (!grows && !gives && !due) return;

        step.add(
                grows
                        ? Transition.PERMIT_REQUESTED
                        : gives ? Transition.PERMIT_RELEASED : Transition.PERMIT_RENEWED);
        AgentTiming timing = step.timing();
        OpenRequest request =
                step.request(grows ? reachable.max(needed) : needed, timing.schedulerTimeout());
        step.set(scheduler.withRequest(request, step.now().plus(timing.schedulerInterval())));
        step.add(
                new RequestPermit(
                        request.id(),
                        state.current(),
                        request.size(),
                        permit,
                        state.demand().urgent().isPresent()));
    }

    /// Returns the wanted size without growth that a rule blocks for now: a permit for that would
    /// be missing elsewhere.
    private static Resources reachable(Resources wanted, State state, Moment now) {
        Resources current = state.current();
        ResizeRetries retries = state.driver().retries();
        boolean cpusBlocked =
                wanted.vcpus() > current.vcpus()
                        && isOfRule(retries.cpus())
                        && retries.holdBackCpus(Direction.UP, wanted, now);
        boolean memoryBlocked =
                current.memory().isLessThan(wanted.memory())
                        && isOfRule(retries.memory())
                        && retries.holdBackMemory(Direction.UP, wanted, now);
        return new Resources(
                cpusBlocked ? current.vcpus() : wanted.vcpus(),
                memoryBlocked ? current.memory() : wanted.memory());
    }

    private static boolean isOfRule(Optional<ResizeRetry> retry) {
        return retry.flatMap(ResizeRetry::failure).filter(ResizeFailure::isRule).isPresent();
    }
}
