package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// Reason for a VM's wanted size.
public sealed interface SizeReason {

    record NoMetrics() implements SizeReason {}

    record ByGoal(Goal goal) implements SizeReason {}

    /// The goal was higher within the damping window, and may become so again.
    ///
    /// @param highest the highest goal within the window, for each resource
    record Damped(Goal goal, Resources highest, Duration window) implements SizeReason {}

    /// The goal is below the VM's size but incomplete, so the VM does not shrink.
    record Incomplete(Goal goal) implements SizeReason {}

    /// As [Incomplete], because the goal is stale.
    record Stale(Goal goal, Duration maxAge) implements SizeReason {}

    /// As [Incomplete], because the goal has been known for less time than the damping window.
    record HistoryTooShort(Goal goal, Duration knownFor, Duration window) implements SizeReason {}

    /// @param min the requested size; zero for a resource that was not requested
    record UrgentRequest(Resources min) implements SizeReason {}

    /// @param min the size that the VM keeps; zero for a resource whose shrink was not refused
    record ShrinkRefused(Resources min, RefusedShrink.RefusalSource by, String why)
            implements SizeReason {}

    /// A process in the VM, or all of it, was killed because memory ran out.
    ///
    /// @param min the memory that the VM gets at least
    /// @param atMaximum whether its maximum is below the memory that it should get
    record OomKilled(Resources min, boolean atMaximum) implements SizeReason {}

    /// The VM has more than its maximum allows, and gets no more than that.
    ///
    /// @param max the maximum of each resource of which the VM has more; zero for the other
    /// @param goal the goal, which is below the maximum; empty if none is known
    record AboveMaximum(Resources max, Optional<Goal> goal) implements SizeReason {}

    /// An operator paused the VM.
    ///
    /// @param left time until it is scaled again
    /// @param by description of the operator
    record Paused(Duration left, String by) implements SizeReason {}

    /// An operator pinned the VM's size.
    ///
    /// @param size the pinned size, which its limits may not allow
    /// @param left time until it is scaled again; empty until the pin is released
    /// @param by description of the operator
    record Pinned(Resources size, Optional<Duration> left, String by) implements SizeReason {}

    /// The goal is outside the VM's limits, in one resource or both.
    ///
    /// @param min the minimum of each resource whose goal is lower; zero for the other
    /// @param max the maximum of each resource whose goal is higher; zero for the other
    record AtLimit(Goal goal, Resources min, Resources max) implements SizeReason {
        static AtLimit of(Goal goal, Resources called, SizeLimits limits) {
            return new AtLimit(
                    goal,
                    limits.min().onlyWhereMoreThan(called),
                    limits.max().onlyWhereLessThan(called));
        }

        /// Returns whether the maximum keeps the VM from being larger.
        public boolean atMaximum() {
            return !max.equals(Resources.ZERO);
        }

        private String limits() {
            String below =
                    min.equals(Resources.ZERO) ? "" : ", below its minimum of " + min.textOfParts();
            String above =
                    max.equals(Resources.ZERO) ? "" : ", above its maximum of " + max.textOfParts();
            return below + above;
        }
    }

    /// Returns whether the maximum keeps the VM from being larger.
    default boolean isAtMaximum() {
        return switch (this) {
            case AtLimit limit -> limit.atMaximum();
            case OomKilled killed -> killed.atMaximum;
            case NoMetrics _,
                    AboveMaximum _,
                    ByGoal _,
                    Damped _,
                    Incomplete _,
                    Stale _,
                    HistoryTooShort _,
                    UrgentRequest _,
                    ShrinkRefused _,
                    Paused _,
                    Pinned _ ->
                    false;
        };
    }

    /// Returns the reason as one readable clause.
    default String text() {
        return switch (this) {
            case NoMetrics() -> "nothing is known of its load yet";
            case ByGoal(Goal goal) -> goal.text();
            case Damped(Goal goal, Resources highest, Duration window) ->
                    "it needed %s within the last %d s, and now %s"
                            .formatted(highest.text(), window.toSeconds(), goal.text());
            case Incomplete(Goal goal) -> goal.text() + ", so it does not shrink";
            case Stale(Goal goal, Duration timeout) ->
                    "its metrics are over %d s old, so it does not shrink; %s"
                            .formatted(timeout.toSeconds(), goal.text());
            case HistoryTooShort(Goal goal, Duration knownFor, Duration window) ->
                    "what it needs is known for %d s, and it does not shrink before %d s; %s"
                            .formatted(knownFor.toSeconds(), window.toSeconds(), goal.text());
            case UrgentRequest(Resources min) ->
                    "its monitor urgently requested " + min.textOfParts();
            case ShrinkRefused(Resources min, RefusedShrink.RefusalSource by, String why) ->
                    switch (by) {
                        case MONITOR ->
                                "its monitor does not let it go below %s: %s"
                                        .formatted(min.textOfParts(), why);
                        case DRIVER ->
                                "it cannot go below %s: %s".formatted(min.textOfParts(), why);
                    };
            case OomKilled(Resources min, boolean atMaximum) ->
                    atMaximum
                            ? "a process was killed because memory ran out, and it may not have more than its maximum of "
                                    + min.textOfParts()
                            : "a process was killed because memory ran out, so it gets at least "
                                    + min.textOfParts();
            case AtLimit limit -> limit.goal.text() + limit.limits();
            case AboveMaximum(Resources max, Optional<Goal> goal) ->
                    "its maximum is "
                            + max.textOfParts()
                            + goal.map(it -> "; " + it.text()).orElse("");
            case Paused(Duration left, String by) ->
                    "it is paused for another %s, by %s".formatted(minutes(left), by);
            case Pinned(Resources size, Optional<Duration> left, String by) ->
                    "it is pinned to %s%s, by %s"
                            .formatted(
                                    size.text(),
                                    left.map(it -> " for another " + minutes(it))
                                            .orElse(" until the pin is released"),
                                    by);
        };
    }

    /// Returns the time in whole minutes, rounded up, so that the text changes once a minute.
    private static String minutes(Duration left) {
        return left.plusMinutes(1).minusNanos(1).toMinutes() + " min";
    }
}
