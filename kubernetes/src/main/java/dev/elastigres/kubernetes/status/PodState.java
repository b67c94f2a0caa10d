package dev.elastigres.kubernetes.status;

import dev.elastigres.core.agent.Obstacle;
import dev.elastigres.core.agent.Reason;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.agent.Why;
import dev.elastigres.kubernetes.targets.Mode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is in the way of the size that a pod should have, in one word. Of several pods, the one
/// that comes first here counts.
enum PodState {
    CONFLICT("Conflict", Kind.UNREADY),
    INVALID("Invalid", Kind.UNREADY),
    NO_CONTAINER("NoContainer", Kind.UNREADY),
    NO_LIMITS("NoLimits", Kind.UNREADY),
    GUARANTEED_POD("GuaranteedPod", Kind.UNREADY),
    RESTARTS_ON_RESIZE("RestartsOnResize", Kind.UNREADY),
    QUOTA_EXCEEDED("QuotaExceeded", Kind.LIMITED),
    LIMIT_RANGE("LimitRange", Kind.LIMITED),
    ADMISSION_DENIED("AdmissionDenied", Kind.LIMITED),
    INVALID_SIZE("InvalidSize", Kind.LIMITED),
    NOT_RESIZABLE("NotResizable", Kind.LIMITED),
    TOO_LARGE("TooLarge", Kind.LIMITED),
    DEFERRED("Deferred", Kind.LIMITED),
    RESIZE_FAILED("ResizeFailed", Kind.LIMITED),
    NOT_PERMITTED("NotPermitted", Kind.LIMITED),
    NO_MONITOR("NoMonitor", Kind.UNREADY),
    MONITOR_TROUBLED("MonitorTroubled", Kind.UNREADY),
    OOM_KILLED("OOMKilled", Kind.LIMITED),
    AT_MAXIMUM("AtMaximum", Kind.LIMITED),
    STARTING("Starting", Kind.UNREADY),
    MOVING("Moving", Kind.WELL),
    HELD_BY_PAGE_CACHE("HeldByPageCache", Kind.OVERSIZED),
    RECOMMENDED("Recommended", Kind.WELL),
    RESIZING("Resizing", Kind.PASSING),
    PERMIT_ASKED("PermitAsked", Kind.PASSING),
    MONITOR_ASKED("MonitorAsked", Kind.PASSING),
    COOLING_DOWN("CoolingDown", Kind.WELL),
    ENDING("Ending", Kind.WELL),
    SETTLED("Settled", Kind.WELL);

    private enum Kind {
        /// The pod is not looked after.
        UNREADY,
        /// It should have more than it gets.
        LIMITED,
        /// It keeps more than it should have.
        OVERSIZED,
        /// A step on the way, which ends by itself.
        PASSING,
        WELL
    }

    private final String word;
    private final Kind kind;

    PodState(String word, Kind kind) {
        this.word = word;
        this.kind = kind;
    }

    String word() {
        return word;
    }

    boolean isReady() {
        return kind != Kind.UNREADY;
    }

    boolean isLimited() {
        return kind == Kind.LIMITED;
    }

    boolean isOversized() {
        return kind == Kind.OVERSIZED;
    }

    boolean isPassing() {
        return kind == Kind.PASSING;
    }

    /// Whether what is tried anew does not change it until it works.
    boolean stays() {
        return kind == Kind.LIMITED || kind == Kind.OVERSIZED || this == MONITOR_TROUBLED;
    }

    /// Empty for a word of another version.
    static Optional<PodState> of(@Nullable String word) {
        for (PodState each : values()) if (each.word.equals(word)) return Optional.of(each);
        return Optional.empty();
    }

    /// Of a pod that is scaled.
    static PodState of(Why why, Mode mode) {
        boolean settled = why.has().equals(why.wanted());
        if (mode == Mode.RECOMMEND && !settled) return RECOMMENDED;
        return switch (why.obstacle()) {
            case Obstacle.None() -> settled(why.reason());
            case Obstacle.Moves() -> MOVING;
            case Obstacle.Recommended _ -> RECOMMENDED;
            case Obstacle.SchedulerAsked _ -> PERMIT_ASKED;
            case Obstacle.NotPermitted _ -> NOT_PERMITTED;
            case Obstacle.BeingResized _ -> RESIZING;
            case Obstacle.ResizeFailed(ResizeFailure failure, String _) ->
                    mode == Mode.RECOMMEND ? settled(why.reason()) : of(failure);
            case Obstacle.HeldByPageCache _ -> HELD_BY_PAGE_CACHE;
            case Obstacle.NoMonitor() -> NO_MONITOR;
            case Obstacle.MonitorAsked _ -> MONITOR_ASKED;
            case Obstacle.MonitorTroubled _ -> MONITOR_TROUBLED;
            case Obstacle.CoolingDown _ -> COOLING_DOWN;
        };
    }

    private static PodState of(ResizeFailure failure) {
        return switch (failure) {
            case QUOTA -> QUOTA_EXCEEDED;
            case LIMIT_RANGE -> LIMIT_RANGE;
            case ADMISSION -> ADMISSION_DENIED;
            case INVALID -> INVALID_SIZE;
            case NOT_RESIZABLE -> NOT_RESIZABLE;
            case TOO_LARGE -> TOO_LARGE;
            case NO_ROOM -> DEFERRED;
            case OTHER, UNAVAILABLE -> RESIZE_FAILED;
        };
    }

    private static PodState settled(Reason reason) {
        if (!reason.isAtMaximum()) return SETTLED;
        return reason instanceof Reason.OomKilled ? OOM_KILLED : AT_MAXIMUM;
    }
}
