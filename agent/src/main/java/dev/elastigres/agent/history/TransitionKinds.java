package dev.elastigres.agent.history;

import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.PermitState;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.page.EventKind;
import java.util.Optional;

/// Which transitions are shown as events, and their texts.
final class TransitionKinds {
    private TransitionKinds() {}

    /// Returns the kind of a transition; empty if it is not shown, because it is a detail or the
    /// change of size shows it.
    static Optional<EventKind> of(Transition transition) {
        return switch (transition) {
            case URGENT_REQUEST,
                    URGENT_REQUEST_WITH_SIZE,
                    URGENT_REQUEST_FOR_CPUS,
                    PERMIT_REQUESTED,
                    SHRINK_REQUESTED ->
                    Optional.of(EventKind.ASKED);
            case PERMITTED, SHRINK_AGREED -> Optional.of(EventKind.GRANTED);
            case PERMITTED_IN_PART,
                    DENIED,
                    SHRINK_REFUSED,
                    SHRINK_REFUSED_WITH_SIZE,
                    RESIZE_REFUSED,
                    RESIZE_HELD_BY_PAGE_CACHE ->
                    Optional.of(EventKind.REFUSED);
            case SCHEDULER_FAILED,
                    SCHEDULER_SILENT,
                    RESIZE_FAILED,
                    RESIZE_STUCK,
                    RESIZE_HUNG,
                    MONITOR_FAILED,
                    MONITOR_SILENT ->
                    Optional.of(EventKind.FAILED);
            case SHRINK_HURT, OUT_OF_MEMORY -> Optional.of(EventKind.HURT);
            case MOVING -> Optional.of(EventKind.MOVED);
            case MONITOR_FOUND, MONITOR_LOST, LIMITS_CHANGED, PAUSED, PINNED, HOLD_ENDED ->
                    Optional.of(EventKind.CHANGED);
            case SIZE_WANTED_ROSE,
                    SIZE_WANTED_FELL,
                    SHRINK_DAMPED,
                    METRICS_STALE,
                    METRICS_DURING_RESIZE,
                    CPU_FIGURES_DROPPED,
                    HISTORY_TOO_SHORT,
                    PERMIT_RELEASED,
                    PERMIT_RENEWED,
                    GROWTH_STARTED,
                    SHRINK_STARTED,
                    RESIZED_ELSEWHERE,
                    RESIZE_DONE,
                    RESIZE_PARTIAL,
                    MONITOR_NOTIFIED,
                    MONITOR_CONFIRMED,
                    COOLDOWN_ENDED,
                    STRAY_ANSWER ->
                    Optional.empty();
        };
    }

    /// Returns the text of a transition that neither its event nor an action describes; empty for
    /// others.
    static Optional<String> text(Transition transition, State state) {
        PermitState scheduler = state.scheduler();
        return switch (transition) {
            case PERMITTED -> Optional.of("is permitted " + scheduler.permit().text());
            case PERMITTED_IN_PART, DENIED ->
                    Optional.of(
                            "is permitted "
                                    + scheduler.permit().text()
                                    + scheduler.problem().map(it -> ": " + it).orElse(""));
            case SCHEDULER_SILENT -> Optional.of("the permit source did not answer");
            case MONITOR_SILENT -> Optional.of("its monitor did not answer");
            case RESIZE_HUNG -> Optional.of("a resize did not end in time");
            case RESIZE_STUCK -> Optional.of("a shrink made no progress and is reverted");
            case SHRINK_HURT ->
                    Optional.of("needed more soon after a shrink: the next shrink waits longer");
            case MOVING -> Optional.of("will move to another host");
            case PAUSED, PINNED -> Optional.of(state.why().reason().text());
            case HOLD_ENDED -> Optional.of("is scaled again");
            default -> Optional.empty();
        };
    }

    /// Returns whether `action` is the request that `transition` stands for.
    static boolean isStartOf(Transition transition, Action action) {
        return switch (action) {
            case Action.RequestPermit _ -> transition == Transition.PERMIT_REQUESTED;
            case Action.RequestDownscale _ -> transition == Transition.SHRINK_REQUESTED;
            case Action.Resize _, Action.NotifyMonitor _, Action.ReadSize _, Action.ReadMetrics _ ->
                    false;
        };
    }
}
