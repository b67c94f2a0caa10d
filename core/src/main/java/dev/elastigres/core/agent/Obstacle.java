package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.List;

/// Reason why a VM's size differs from the wanted size.
public sealed interface Obstacle {

    /// No obstacle: the VM has the wanted size.
    record None() implements Obstacle {}

    record Migrating() implements Obstacle {}

    /// Recommendation mode: the VM is not resized, and nothing failed.
    record Recommended(Resources to) implements Obstacle {}

    record AwaitingPermit(Resources wanted) implements Obstacle {}

    /// @param why the scheduler's reason, or how the request failed
    record NotPermitted(Resources permit, String why) implements Obstacle {}

    record ResizeInProgress(Resources to) implements Obstacle {}

    record ResizeFailed(ResizeFailure failure, String why) implements Obstacle {
        public ResizeFailed(String why) {
            this(ResizeFailure.OTHER, why);
        }
    }

    /// The memory limit is higher than wanted, because of page cache alone.
    record HeldByPageCache(String why) implements Obstacle {}

    record NoMonitor() implements Obstacle {}

    record AwaitingMonitor(Resources target) implements Obstacle {}

    record MonitorFailing(String why) implements Obstacle {}

    record CoolingDown(Duration left) implements Obstacle {}

    /// All codes of obstacles.
    List<String> CODES =
            List.of(
                    "settled",
                    "moving",
                    "recommended",
                    "awaiting_permit",
                    "not_permitted",
                    "resizing",
                    "resize_failed",
                    "no_room",
                    "too_large",
                    "not_resizable",
                    "quota_exceeded",
                    "limit_range",
                    "admission_denied",
                    "invalid_size",
                    "held_by_page_cache",
                    "no_monitor",
                    "awaiting_monitor",
                    "monitor_failing",
                    "cooling_down");

    /// Returns a stable name of the obstacle for metrics and programs: one of [#CODES].
    default String code() {
        return switch (this) {
            case None() -> "settled";
            case Migrating() -> "moving";
            case Recommended _ -> "recommended";
            case AwaitingPermit _ -> "awaiting_permit";
            case NotPermitted _ -> "not_permitted";
            case ResizeInProgress _ -> "resizing";
            case ResizeFailed(ResizeFailure failure, String _) -> failure.code();
            case HeldByPageCache _ -> "held_by_page_cache";
            case NoMonitor() -> "no_monitor";
            case AwaitingMonitor _ -> "awaiting_monitor";
            case MonitorFailing _ -> "monitor_failing";
            case CoolingDown _ -> "cooling_down";
        };
    }

    /// Returns the obstacle as one readable clause.
    default String text() {
        return switch (this) {
            case None() -> "nothing to do";
            case Migrating() -> "it will move to another host and keeps its size until then";
            case Recommended(Resources to) ->
                    "sizes are only recommended: it would become " + to.text();
            case AwaitingPermit(Resources wanted) -> "waits for a permit for " + wanted.text();
            case NotPermitted(Resources permit, String why) ->
                    "is permitted " + permit.text() + ": " + why;
            case ResizeInProgress(Resources to) -> "is being made " + to.text();
            case ResizeFailed(ResizeFailure _, String why) -> "the last resize failed: " + why;
            case HeldByPageCache(String why) -> "page cache prevents a lower memory limit: " + why;
            case NoMonitor() -> "no monitor is connected to agree to a shrink";
            case AwaitingMonitor(Resources target) ->
                    "waits for its monitor to agree to " + target.text();
            case MonitorFailing(String why) -> "the last request to its monitor failed: " + why;
            case CoolingDown(Duration left) ->
                    "shrinks in %d s at the earliest: the last shrink was refused, or more was needed soon after it"
                            .formatted(left.toSeconds() + 1);
        };
    }
}
