package dev.elastigres.core.agent;

import dev.elastigres.core.agent.Action.ReadMetrics;
import dev.elastigres.core.agent.Action.ReadSize;
import dev.elastigres.core.agent.Action.Resize;
import dev.elastigres.core.agent.MonitorState.Present;
import dev.elastigres.core.agent.ResizeRetry.Direction;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// Decides when to resize a VM and to which size, as far as the permit, the monitor and pending
/// retries allow.
final class ResizeDecision {
    private ResizeDecision() {}

    /// Starts a resize towards the wanted size, unless one runs or nothing is to change.
    static void start(WantedSize wanted, AgentStepBuilder step) {
        State state = step.state();
        if (state.driver().isRunning()) return;
        Resources target = target(wanted.size(), state, step.now());
        if (state.monitor() instanceof Present monitor && monitor.downscaleRequest().isPresent()) {
            // The monitor's answer determines how far to shrink, and a resize of the same resource
            // must not overlap with it. The other resource may grow meanwhile.
            ResourceSet asked = step.affected(askedToShrink(monitor));
            if (asked.equals(ResourceSet.ALL)) return;
            Resources requested = state.size().requested();
            target = asked.choose(requested, target.max(requested));
        }
        boolean stands = target.equals(state.size().requested());
        if (stands && !isDue(target, state, step.now())) return;

        Resources current = state.current();
        step.add(current.covers(target) ? Transition.SHRINK_STARTED : Transition.GROWTH_STARTED);
        OpenRequest request = step.request(target, step.timing().resizeTimeout());
        step.set(state.driver().started(request, wanted.reasons()));
        step.set(state.size().resizing(target));
        step.add(new Resize(request.id(), current, target));
    }

    /// Returns the resources that the monitor was asked to release.
    private static ResourceSet askedToShrink(Present monitor) {
        Resources target = monitor.downscaleRequest().orElseThrow().size();
        return ResourceSet.less(target, monitor.maxSize());
    }

    /// Returns the size nearest to the wanted one that the permit and the monitor allow, for each
    /// resource separately. A resource that has to wait keeps its last target.
    private static Resources target(Resources wanted, State state, Moment now) {
        Resources current = state.current();
        SizeLimits limits = state.limits();
        Resources permit = state.scheduler().permit();
        Resources upTo = current.max(limits.roundedDown(wanted.min(permit)));
        Resources downTo =
                state.monitor() instanceof Present monitor
                        ? limits.roundedUp(wanted.max(monitor.maxSize())).min(current)
                        : current;
        Resources requested = state.size().requested();
        boolean moreCpus = wanted.vcpus() >= current.vcpus();
        boolean moreMemory = !wanted.memory().isLessThan(current.memory());
        Resources target =
                new Resources(
                        moreCpus ? upTo.vcpus() : downTo.vcpus(),
                        moreMemory ? upTo.memory() : downTo.memory());
        ResizeRetries retries = state.driver().retries();
        return new Resources(
                retries.holdBackCpus(Direction.of(moreCpus), target, now)
                        ? requested.vcpus()
                        : target.vcpus(),
                retries.holdBackMemory(Direction.of(moreMemory), target, now)
                        ? requested.memory()
                        : target.memory());
    }

    /// Returns whether to request the same target again.
    private static boolean isDue(Resources target, State state, Moment now) {
        Resources current = state.current();
        ResizeRetries retries = state.driver().retries();
        Direction cpus = Direction.of(target.vcpus() > current.vcpus());
        Direction memory = Direction.of(current.memory().isLessThan(target.memory()));
        boolean sameMemory = target.memory().equals(current.memory());
        return (target.vcpus() != current.vcpus() && !retries.holdBackCpus(cpus, target, now))
                || (!sameMemory && !retries.holdBackMemory(memory, target, now))
                || (sameMemory && retries.limitOnly().filter(it -> it.isDue(now)).isPresent());
    }

    /// Reads the size of a VM whose resize is not finished.
    static void look(AgentStepBuilder step) {
        VmSize size = step.state().size();
        boolean due = size.lookAt().filter(it -> !step.now().isBefore(it)).isPresent();
        if (!due || step.state().driver().isRunning()) return;
        step.set(size.withLookAt(Optional.of(step.now().plus(step.timing().resizeBackoff()))));
        step.add(new ReadSize());
    }

    /// Updates the resize span. When the size stops changing, it requests the metrics at once, so
    /// that a new CPU measurement starts there.
    static void followSpan(AgentStepBuilder step) {
        VmSize size = step.state().size();
        DriverState driver = step.state().driver();
        boolean open = driver.span().filter(ResizeSpan::open).isPresent();
        boolean elsewhere = step.has(Transition.RESIZED_ELSEWHERE);
        boolean onItsWay = (open || elsewhere) && !step.waitsForRoom() && !size.isSettled();
        boolean goesOn = driver.isRunning() || onItsWay;
        Optional<ResizeSpan> span = driver.span();
        if (open) span = span.map(it -> it.until(step.now(), goesOn));
        else if (goesOn) span = Optional.of(ResizeSpan.begin(step.now(), false));
        if (goesOn && !size.range().min().covers(size.current()))
            span = span.map(ResizeSpan::shrinking);
        step.set(driver.withSpan(span));
        if (!goesOn && (open || elsewhere)) step.add(new ReadMetrics());
    }
}
