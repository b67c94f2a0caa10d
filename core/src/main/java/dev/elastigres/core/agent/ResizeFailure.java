package dev.elastigres.core.agent;

import java.time.Duration;

/// Kinds of resize failure, as far as they determine the VM's reported state and the retry backoff.
///
/// The backoff between two attempts starts at [AgentTiming#resizeBackoff] and doubles up to a
/// maximum. The maximum is longer the less likely it is that the same attempt succeeds soon.
public enum ResizeFailure {
    /// Any other failure.
    OTHER("resize_failed", FailureKind.PASSING, 12),

    /// The component that resizes the VM could not be reached. It recovers by itself.
    UNAVAILABLE("resize_failed", FailureKind.PASSING, 4),

    /// The host decides by a usage figure that is some seconds old. The resize stays pending, and
    /// succeeds once the host has measured again, if usage is still low then.
    OUTDATED_USAGE("resizing", FailureKind.PASSING, 1),

    /// The host has no room at the moment.
    NO_ROOM("no_room", FailureKind.PASSING_FOR_SIZE, 12),

    /// The size exceeds the host's capacity.
    TOO_LARGE("too_large", FailureKind.RULE_FOR_SIZE, 60),

    /// The host's configuration does not let this resource of this VM change.
    NOT_RESIZABLE("not_resizable", FailureKind.RULE, 60),

    /// A quota is used up.
    QUOTA("quota_exceeded", FailureKind.RULE_FOR_SIZE, 60),

    /// The size is outside the range allowed for a single VM.
    LIMIT_RANGE("limit_range", FailureKind.RULE_FOR_SIZE, 60),

    /// An admission policy denies the resize.
    ADMISSION("admission_denied", FailureKind.RULE_FOR_SIZE, 60),

    /// The resulting configuration would be invalid.
    INVALID("invalid_size", FailureKind.RULE_FOR_SIZE, 60);

    private enum FailureKind {
        PASSING,
        PASSING_FOR_SIZE,
        RULE,
        RULE_FOR_SIZE
    }

    private final String code;
    private final FailureKind kind;
    private final int maxBackoffs;

    ResizeFailure(String code, FailureKind kind, int maxBackoffs) {
        this.code = code;
        this.kind = kind;
        this.maxBackoffs = maxBackoffs;
    }

    /// Returns a stable name of the VM's state: one of [Obstacle#CODES].
    public String code() {
        return code;
    }

    /// Returns whether a smaller step could succeed where this one failed.
    boolean dependsOnSize() {
        return kind == FailureKind.PASSING_FOR_SIZE || kind == FailureKind.RULE_FOR_SIZE;
    }

    /// Returns whether the failure lasts until someone changes a rule or makes room within it.
    boolean isRule() {
        return kind == FailureKind.RULE || kind == FailureKind.RULE_FOR_SIZE;
    }

    /// Returns the backoff after this failure: twice `last`, up to the maximum of its kind.
    ///
    /// @param last the backoff before the attempt that failed now
    Duration backoffAfter(Duration last, Duration first) {
        Duration twice = last.multipliedBy(2);
        Duration max = first.multipliedBy(maxBackoffs);
        return twice.compareTo(max) < 0 ? twice : max;
    }
}
