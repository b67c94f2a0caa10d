package dev.elastigres.core.agent;

import static java.util.stream.Collectors.joining;

import dev.elastigres.core.agent.MonitorState.Present;
import dev.elastigres.core.agent.ResizeState.Running;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.List;
import java.util.Optional;

/// Finds what keeps a VM from its wanted size.
final class ObstacleFinder {
    private ObstacleFinder() {}

    static Obstacle find(State state, Resources wanted, ScalingRules rules, Moment now) {
        Resources current = state.current();
        ResizeRetries retries = state.driver().retries();
        Optional<Obstacle> cache =
                retries.pageCache().map(it -> new Obstacle.HeldByPageCache(it.why()));
        if (current.equals(wanted) && state.size().target().isEmpty())
            return cache.orElseGet(Obstacle.None::new);
        if (state.scheduler().moves()) return new Obstacle.Migrating();
        if (rules.recommendOnly()) return recommendation(state, wanted);
        if (state.driver().resizing() instanceof Running(OpenRequest request))
            return new Obstacle.ResizeInProgress(request.size());
        List<ResizeRetry> failed = retries.failed(now);
        if (!failed.isEmpty())
            return new Obstacle.ResizeFailed(
                    failed.getFirst().failure().orElseThrow(),
                    failed.stream().map(ResizeRetry::why).distinct().collect(joining("; ")));
        if (!state.size().isShrink(wanted)) return toGrowth(state);
        boolean memoryOnly = current.vcpus() == wanted.vcpus();
        return memoryOnly && cache.isPresent() ? cache.get() : toShrink(state, wanted, now);
    }

    /// Returns the wanted size as far as it is permitted, for each resource separately.
    private static Obstacle recommendation(State state, Resources wanted) {
        Resources current = state.current();
        Resources permit = state.scheduler().permit();
        Resources permitted = current.max(state.limits().roundedDown(wanted.min(permit)));
        Resources to = wanted.min(permitted);
        return to.equals(current) ? toGrowth(state) : new Obstacle.Recommended(to);
    }

    private static Obstacle toGrowth(State state) {
        PermitState scheduler = state.scheduler();
        if (scheduler.problem().isPresent())
            return new Obstacle.NotPermitted(scheduler.permit(), scheduler.problem().get());
        if (scheduler.request().isPresent())
            return new Obstacle.AwaitingPermit(scheduler.request().get().size());
        return state.monitor() instanceof Present monitor && monitor.downscaleRequest().isPresent()
                ? new Obstacle.AwaitingMonitor(monitor.downscaleRequest().get().size())
                : new Obstacle.NotPermitted(
                        scheduler.permit(), "no larger permit was requested yet");
    }

    private static Obstacle toShrink(State state, Resources wanted, Moment now) {
        if (!(state.monitor() instanceof Present monitor)) return new Obstacle.NoMonitor();
        if (monitor.downscaleRequest().isPresent())
            return new Obstacle.AwaitingMonitor(monitor.downscaleRequest().get().size());
        Optional<Moment> cooldownUntil =
                state.shrink().coolingUntil(ResourceSet.less(wanted, state.current()));
        if (cooldownUntil.isPresent())
            return new Obstacle.CoolingDown(cooldownUntil.get().since(now));
        return monitor.problem()
                .<Obstacle>map(Obstacle.MonitorFailing::new)
                .orElseGet(() -> new Obstacle.AwaitingMonitor(wanted));
    }
}
