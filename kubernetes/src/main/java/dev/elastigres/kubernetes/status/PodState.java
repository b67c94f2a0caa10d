package dev.elastigres.kubernetes.status;

import dev.elastigres.core.agent.Obstacle;
import dev.elastigres.core.agent.ResizeFailure;
import dev.elastigres.core.agent.SizeExplanation;
import dev.elastigres.core.agent.SizeReason;
import dev.elastigres.kubernetes.targets.ScalingMode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The obstacle between a pod and its wanted size, as one word. The state of an object is the first
/// of its pods' states in this order.
public enum PodState {
    CONFLICT("Conflict", PodStateKind.STALLED),
    OTHER_AUTOSCALER("OtherAutoscaler", PodStateKind.STALLED),
    INVALID("Invalid", PodStateKind.STALLED),
    NO_CONTAINER("NoContainer", PodStateKind.STALLED),
    NO_LIMITS("NoLimits", PodStateKind.STALLED),
    GUARANTEED_POD("GuaranteedPod", PodStateKind.STALLED),
    RESTARTS_ON_RESIZE("RestartsOnResize", PodStateKind.STALLED),
    QUOTA_EXCEEDED("QuotaExceeded", PodStateKind.LIMITED),
    LIMIT_RANGE("LimitRange", PodStateKind.LIMITED),
    ADMISSION_DENIED("AdmissionDenied", PodStateKind.LIMITED),
    INVALID_SIZE("InvalidSize", PodStateKind.LIMITED),
    NOT_RESIZABLE("NotResizable", PodStateKind.LIMITED),
    TOO_LARGE("TooLarge", PodStateKind.LIMITED),
    DEFERRED("Deferred", PodStateKind.LIMITED),
    RESIZE_FAILED("ResizeFailed", PodStateKind.LIMITED),
    NOT_PERMITTED("NotPermitted", PodStateKind.LIMITED),
    NO_MONITOR("NoMonitor", PodStateKind.UNREADY),
    MONITOR_FAILING("MonitorFailing", PodStateKind.UNREADY),
    OOM_KILLED("OOMKilled", PodStateKind.LIMITED),
    AT_MAXIMUM("AtMaximum", PodStateKind.LIMITED),
    AWAITING_AGENT("AwaitingAgent", PodStateKind.UNREADY),
    STARTING("Starting", PodStateKind.UNREADY),
    MOVING("Moving", PodStateKind.WELL),
    HELD_BY_PAGE_CACHE("HeldByPageCache", PodStateKind.OVERSIZED),
    RECOMMENDED("Recommended", PodStateKind.WELL),
    RESIZING("Resizing", PodStateKind.PASSING),
    AWAITING_PERMIT("AwaitingPermit", PodStateKind.PASSING),
    AWAITING_MONITOR("AwaitingMonitor", PodStateKind.PASSING),
    COOLING_DOWN("CoolingDown", PodStateKind.WELL),
    TERMINATING("Terminating", PodStateKind.WELL),
    SETTLED("Settled", PodStateKind.WELL);

    private enum PodStateKind {
        /// The pod is not scaled until a user changes something.
        STALLED,
        /// The pod is not scaled for now, or its monitor does not work.
        UNREADY,
        /// The pod gets less than it should have.
        LIMITED,
        /// The pod keeps more than it should have.
        OVERSIZED,
        /// An intermediate step, which ends without intervention.
        PASSING,
        WELL
    }

    private final String word;
    private final PodStateKind kind;

    PodState(String word, PodStateKind kind) {
        this.word = word;
        this.kind = kind;
    }

    public String word() {
        return word;
    }

    public boolean isReady() {
        return kind != PodStateKind.UNREADY && !isStalled();
    }

    public boolean isStalled() {
        return kind == PodStateKind.STALLED;
    }

    /// Returns whether something else configures or scales the pod.
    public boolean isConflict() {
        return this == CONFLICT || this == OTHER_AUTOSCALER;
    }

    public boolean isLimited() {
        return kind == PodStateKind.LIMITED;
    }

    public boolean isOversized() {
        return kind == PodStateKind.OVERSIZED;
    }

    boolean isPassing() {
        return kind == PodStateKind.PASSING;
    }

    /// Returns whether the state persists during retries until one of them succeeds.
    boolean stays() {
        return kind == PodStateKind.LIMITED
                || kind == PodStateKind.OVERSIZED
                || this == MONITOR_FAILING;
    }

    /// Returns the state with this word; empty for a word of another version.
    public static Optional<PodState> of(@Nullable String word) {
        for (PodState each : values()) if (each.word.equals(word)) return Optional.of(each);
        return Optional.empty();
    }

    /// Returns the state of a scaled pod.
    static PodState of(SizeExplanation why, ScalingMode mode) {
        boolean settled = why.current().equals(why.wanted());
        if (mode == ScalingMode.RECOMMEND && !settled) return RECOMMENDED;
        return switch (why.obstacle()) {
            case Obstacle.None() -> settled(why.reason());
            case Obstacle.Migrating() -> MOVING;
            case Obstacle.Recommended _ -> RECOMMENDED;
            case Obstacle.AwaitingPermit _ -> AWAITING_PERMIT;
            case Obstacle.NotPermitted _ -> NOT_PERMITTED;
            case Obstacle.ResizeInProgress _ -> RESIZING;
            case Obstacle.ResizeFailed(ResizeFailure failure, String _) ->
                    mode == ScalingMode.RECOMMEND ? settled(why.reason()) : of(failure);
            case Obstacle.HeldByPageCache _ -> HELD_BY_PAGE_CACHE;
            case Obstacle.NoMonitor() -> NO_MONITOR;
            case Obstacle.AwaitingMonitor _ -> AWAITING_MONITOR;
            case Obstacle.MonitorFailing _ -> MONITOR_FAILING;
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
            case OUTDATED_USAGE -> RESIZING;
            case OTHER, UNAVAILABLE -> RESIZE_FAILED;
        };
    }

    private static PodState settled(SizeReason reason) {
        if (!reason.isAtMaximum()) return SETTLED;
        return reason instanceof SizeReason.OomKilled ? OOM_KILLED : AT_MAXIMUM;
    }
}
