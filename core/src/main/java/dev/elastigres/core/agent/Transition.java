package dev.elastigres.core.agent;

import java.util.Locale;

/// Transitions in the life of a VM. Each is a label in metrics and logs. A simulation that never
/// reaches one has not tested it.
public enum Transition {
    SIZE_WANTED_ROSE,
    SIZE_WANTED_FELL,
    SHRINK_DAMPED,
    METRICS_STALE,
    /// Metrics were read during a resize and do not count.
    METRICS_DURING_RESIZE,
    /// CPU figures were dropped: they cover too short a time, or part of a resize.
    CPU_FIGURES_DROPPED,
    /// A shrink waits until the VM's demand has been known for long enough.
    HISTORY_TOO_SHORT,
    URGENT_REQUEST,
    URGENT_REQUEST_WITH_SIZE,
    /// The monitor asked for CPUs alone.
    URGENT_REQUEST_FOR_CPUS,
    PERMIT_REQUESTED,
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
    /// Another party resized the VM.
    RESIZED_ELSEWHERE,
    RESIZE_DONE,
    RESIZE_PARTIAL,
    /// A shrink made no progress since the previous attempt and is reverted.
    RESIZE_STUCK,
    RESIZE_REFUSED,
    RESIZE_FAILED,
    RESIZE_HELD_BY_PAGE_CACHE,
    RESIZE_HUNG,
    MONITOR_FOUND,
    MONITOR_LOST,
    MONITOR_NOTIFIED,
    MONITOR_CONFIRMED,
    SHRINK_REQUESTED,
    SHRINK_AGREED,
    SHRINK_REFUSED,
    SHRINK_REFUSED_WITH_SIZE,
    MONITOR_FAILED,
    MONITOR_SILENT,
    SHRINK_HURT,
    COOLDOWN_ENDED,
    OUT_OF_MEMORY,
    LIMITS_CHANGED,
    /// An operator paused the VM.
    PAUSED,
    /// An operator pinned the VM's size.
    PINNED,
    /// A pause or a pin ended.
    HOLD_ENDED,
    /// An answer to an abandoned request, or from a session that has ended.
    STRAY_ANSWER;

    /// Returns a stable name for logs and metrics.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
