package dev.elastigres.core.agent;

import java.util.Locale;

/// What can come about in the life of a VM: each is a label in metrics and logs, and a simulation
/// that never sees one has not tested it.
public enum Transition {
    SIZE_WANTED_ROSE,
    SIZE_WANTED_FELL,
    SHRINK_DAMPED,
    METRICS_STALE,
    /// Metrics were read while the VM was being resized, and do not count.
    METRICS_OF_RESIZE,
    /// The CPUs were measured for too short a time, or while the VM was being resized.
    CPU_FIGURES_DROPPED,
    /// A shrink waits until the VM's needs have been known for long enough.
    PAST_UNKNOWN,
    URGENT_ASK,
    URGENT_ASK_WITH_SIZE,
    /// CPUs alone are short.
    URGENT_ASK_FOR_CPUS,
    PERMIT_ASKED,
    PERMIT_RELEASED,
    PERMIT_RENEWED,
    PERMITTED,
    PERMITTED_IN_PART,
    DENIED,
    SCHEDULER_FAILED,
    SCHEDULER_SILENT,
    MOVING,
    GROWTH_STARTED,
    SHRINK_STARTED,
    /// Somebody else resized the VM.
    RESIZED_ELSEWHERE,
    RESIZE_DONE,
    RESIZE_PARTIAL,
    /// A shrink came no further than the one before it, and is taken back.
    RESIZE_STUCK,
    RESIZE_REFUSED,
    RESIZE_FAILED,
    RESIZE_HELD_BY_PAGE_CACHE,
    RESIZE_HUNG,
    MONITOR_FOUND,
    MONITOR_LOST,
    MONITOR_TOLD,
    MONITOR_CONFIRMED,
    SHRINK_ASKED,
    SHRINK_AGREED,
    SHRINK_REFUSED,
    SHRINK_REFUSED_WITH_SIZE,
    MONITOR_FAILED,
    MONITOR_SILENT,
    SHRINK_HURT,
    COOLDOWN_ENDED,
    OUT_OF_MEMORY,
    LIMITS_CHANGED,
    /// An answer to what was given up, or of a session that ended.
    STRAY_ANSWER;

    /// A stable name, for logs and metrics.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
