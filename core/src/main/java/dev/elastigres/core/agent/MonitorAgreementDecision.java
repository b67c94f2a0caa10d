package dev.elastigres.core.agent;

import dev.elastigres.core.agent.Action.NotifyMonitor;
import dev.elastigres.core.agent.Action.RequestDownscale;
import dev.elastigres.core.agent.Event.DownscaleAgreed;
import dev.elastigres.core.agent.Event.DownscaleRefused;
import dev.elastigres.core.agent.Event.MonitorFailed;
import dev.elastigres.core.agent.Event.MonitorFound;
import dev.elastigres.core.agent.Event.MonitorLost;
import dev.elastigres.core.agent.Event.UpscaleConfirmed;
import dev.elastigres.core.agent.MonitorState.Absent;
import dev.elastigres.core.agent.MonitorState.Present;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// Decides when to ask a VM's monitor for its consent to a shrink and when to notify it of a
/// growth, and applies its answers.
final class MonitorAgreementDecision {
    private MonitorAgreementDecision() {}

    // ---- sessions and answers

    static void found(MonitorFound found, AgentStepBuilder step) {
        step.add(Transition.MONITOR_FOUND);
        Resources max = step.state().size().range().max();
        step.set(Present.begin(found.session(), found.wholeUnits(), max, step.now()));
    }

    static void lost(MonitorLost lost, AgentStepBuilder step) {
        if (live(lost.session(), step).isEmpty()) return;
        step.add(Transition.MONITOR_LOST);
        step.set(new Absent());
    }

    static void confirmed(UpscaleConfirmed answer, AgentStepBuilder step) {
        Optional<Present> monitor =
                live(answer.session(), step)
                        .filter(it -> step.isLive(it.notification(), answer.id()));
        if (monitor.isEmpty()) return;
        step.add(Transition.MONITOR_CONFIRMED);
        step.set(monitor.get().settled(monitor.get().notification().orElseThrow().size()));
    }

    static void agreed(DownscaleAgreed answer, AgentStepBuilder step) {
        Optional<Present> monitor =
                live(answer.session(), step)
                        .filter(it -> step.isLive(it.downscaleRequest(), answer.id()));
        if (monitor.isEmpty()) return;
        step.add(Transition.SHRINK_AGREED);
        Resources target = monitor.get().downscaleRequest().orElseThrow().size();
        ResourceSet shrunk = step.affected(ResourceSet.less(target, monitor.get().maxSize()));
        step.set(step.state().shrink().with(shrunk, it -> it.with(it.cooldown().agreed())));
        step.set(monitor.get().settled(target));
    }

    static void refused(DownscaleRefused answer, AgentStepBuilder step) {
        Optional<Present> monitor =
                live(answer.session(), step)
                        .filter(it -> step.isLive(it.downscaleRequest(), answer.id()));
        if (monitor.isEmpty()) return;
        SizeLimits limits = step.state().limits();
        Optional<Resources> stated =
                answer.min().filter(_ -> step.rules().statedSizes()).map(limits::wholeUnits);
        step.add(
                stated.isPresent()
                        ? Transition.SHRINK_REFUSED_WITH_SIZE
                        : Transition.SHRINK_REFUSED);
        Resources min = kept(stated.orElse(Resources.ZERO), monitor.get(), step);
        // With whole units, every refusal delays both resources.
        ResourceSet set = step.affected(ResourceSet.in(min));
        ShrinkBackoff shrink = step.state().shrink();
        step.set(
                shrink.refusedByMonitor(
                        set, min, answer.why(), step.rules().cooldown(), step.now()));
        step.set(monitor.get().refused());
    }

    /// Returns the size that the VM keeps after a refusal; zero for a resource that may shrink. If
    /// the refused shrink reduced memory, memory is taken as the cause, and the CPUs may shrink.
    /// With whole units that is so only if the monitor stated the memory. If the shrink left memory
    /// alone, no smaller size helps.
    ///
    /// @param stated the size that the monitor would not refuse; zero if it did not state one
    private static Resources kept(Resources stated, Present monitor, AgentStepBuilder step) {
        SizeLimits limits = step.state().limits();
        Resources target = monitor.downscaleRequest().orElseThrow().size();
        ResourceSet asked = ResourceSet.less(target, monitor.maxSize());
        boolean explained = asked.memory() && target.memory().isLessThan(stated.memory());
        if (explained) return stated;
        Resources above = stated.max(limits.roundedUp(target.plus(limits.unit().times(1))));
        ResourceSet refused = asked.memory() ? ResourceSet.MEMORY : asked;
        return step.affected(refused.isEmpty() ? ResourceSet.ALL : refused)
                .choose(above, Resources.ZERO);
    }

    static void failed(MonitorFailed failure, AgentStepBuilder step) {
        Optional<Present> monitor =
                live(failure.session(), step)
                        .filter(
                                it ->
                                        step.isLive(
                                                it.notification().or(it::downscaleRequest),
                                                failure.id()));
        if (monitor.isEmpty()) return;
        step.add(Transition.MONITOR_FAILED);
        step.set(monitor.get().failed(failure.why(), retryAt(step)));
    }

    /// Abandons a message that the monitor did not answer in time.
    static void expire(AgentStepBuilder step) {
        if (!(step.state().monitor() instanceof Present monitor)) return;
        if (!step.isOver(monitor.notification()) && !step.isOver(monitor.downscaleRequest()))
            return;
        step.add(Transition.MONITOR_SILENT);
        step.set(monitor.failed("the monitor did not answer", retryAt(step)));
    }

    private static Moment retryAt(AgentStepBuilder step) {
        return step.now().plus(step.timing().monitorRetry());
    }

    /// Returns the monitor if `session` is the live session with it. Any other session is counted
    /// as stray.
    static Optional<Present> live(long session, AgentStepBuilder step) {
        if (step.state().monitor() instanceof Present monitor && monitor.session() == session)
            return Optional.of(monitor);
        step.add(Transition.STRAY_ANSWER);
        return Optional.empty();
    }

    // ---- messages

    /// Caps what the monitor may use at what the VM may have.
    static void limitToPossible(AgentStepBuilder step) {
        if (step.state().monitor() instanceof Present monitor)
            step.set(monitor.within(step.state().size().range().max()));
    }

    /// Asks the monitor for a shrink of at most one unit from the largest size it may use. With
    /// independent sizes, a resource that has to wait or that grows does not delay the other one.
    static void askForShrink(Resources wanted, AgentStepBuilder step) {
        State state = step.state();
        if (!(state.monitor() instanceof Present monitor) || !mayTalkTo(monitor, step)) return;
        if (state.driver().isRunning() || !mayShrink(wanted, step)) return;
        // A monitor that was not notified of any size yet may not know the sizes in the request.
        if (monitor.minSize().equals(Resources.ZERO)) return;
        // A resource that has grown meanwhile is announced first.
        if (!step.rules().goal().shape().isTied()
                && !monitor.minSize().covers(announcement(wanted, monitor, step))) return;
        Resources max = monitor.maxSize();
        Resources less =
                state.shrink()
                        .cooling()
                        .choose(max, shrinking(wanted, step).choose(wanted.min(max), max));
        Resources target = MonitorSteps.of(step).down(max, less);
        if (target.equals(max)) return;
        step.add(Transition.SHRINK_REQUESTED);
        OpenRequest request = step.request(target, step.timing().monitorTimeout());
        step.set(monitor.withDownscaleRequest(request));
        step.add(new RequestDownscale(monitor.session(), request.id(), target));
    }

    private static ResourceSet shrinking(Resources wanted, AgentStepBuilder step) {
        return step.affected(ResourceSet.less(wanted, step.state().current()));
    }

    private static boolean mayShrink(Resources wanted, AgentStepBuilder step) {
        return step.rules().goal().shape().isTied()
                ? step.state().size().isShrink(wanted)
                : !shrinking(wanted, step).isEmpty();
    }

    /// Notifies the monitor of more resources, but only of those that the VM has for certain and
    /// that are not about to be removed.
    static void announce(Resources wanted, AgentStepBuilder step) {
        if (!(step.state().monitor() instanceof Present monitor) || !mayTalkTo(monitor, step))
            return;
        Resources size = announcement(wanted, monitor, step);
        if (monitor.minSize().covers(size)) return;
        step.add(Transition.MONITOR_NOTIFIED);
        OpenRequest request = step.request(size, step.timing().monitorTimeout());
        step.set(monitor.withNotification(request));
        step.add(new NotifyMonitor(monitor.session(), request.id(), size));
    }

    /// Returns the size to notify the monitor of next; not above what it knows if there is none.
    private static Resources announcement(
            Resources wanted, Present monitor, AgentStepBuilder step) {
        Resources certain = step.state().size().range().min();
        Resources use = wanted.max(monitor.maxSize()).min(certain);
        // A monitor that knows of no size gets the VM's size, whatever that is.
        return monitor.minSize().equals(Resources.ZERO)
                ? use
                : MonitorSteps.of(step).up(monitor.minSize(), use);
    }

    private static boolean mayTalkTo(Present monitor, AgentStepBuilder step) {
        return !monitor.isBusy() && !step.now().isBefore(monitor.askAt());
    }
}
