package dev.elastigres.core.agent;

import java.time.Duration;

/// Why a resize was not done, as far as it decides what is said of the VM and how often it is tried
/// again.
///
/// The wait between two attempts begins with [AgentTiming#resizeRetry] and doubles up to a maximum,
/// which is the longer, the less likely it is that the same attempt succeeds soon.
public enum ResizeFailure {
    /// Nothing more is known.
    OTHER("resize_failed", FailureKind.PASSING, 12),

    /// What does the resize could not be reached. It comes back by itself.
    UNAVAILABLE("resize_failed", FailureKind.PASSING, 4),

    /// The host has no room for now.
    NO_ROOM("no_room", FailureKind.PASSING_FOR_SIZE, 12),

    /// The host never has so much.
    TOO_LARGE("too_large", FailureKind.RULE_FOR_SIZE, 60),

    /// The host is set up so that this resource of this VM cannot change.
    NOT_RESIZABLE("not_resizable", FailureKind.RULE, 60),

    /// A quota is used up.
    QUOTA("quota_exceeded", FailureKind.RULE_FOR_SIZE, 60),

    /// The size is outside of what is allowed for each.
    LIMIT_RANGE("limit_range", FailureKind.RULE_FOR_SIZE, 60),

    /// A policy denies it.
    ADMISSION("admission_denied", FailureKind.RULE_FOR_SIZE, 60),

    /// The result would not be valid.
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

    /// A stable name for a VM's state: one of [Obstacle#CODES].
    public String code() {
        return code;
    }

    /// Whether a smaller step could succeed where this one failed.
    boolean dependsOnSize() {
        return kind == FailureKind.PASSING_FOR_SIZE || kind == FailureKind.RULE_FOR_SIZE;
    }

    /// Whether it lasts until somebody changes a rule, or makes room in it.
    boolean isRule() {
        return kind == FailureKind.RULE || kind == FailureKind.RULE_FOR_SIZE;
    }

    /// @param last the wait before the attempt that failed now
    Duration backoffAfter(Duration last, Duration first) {
        Duration twice = last.multipliedBy(2);
        Duration max = first.multipliedBy(maxBackoffs);
        return twice.compareTo(max) < 0 ? twice : max;
    }
}
