package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Resources;
import java.time.Duration;

/// Why a VM is wanted to have a size.
public sealed interface SizeReason {

    record NothingKnown() implements SizeReason {}

    record ByGoal(Goal goal) implements SizeReason {}

    /// The goal was higher a short while ago, and may be so again.
    record Damped(Goal goal, int units, Duration window) implements SizeReason {}

    /// The goal is below what the VM has, and made of too little to believe that.
    record Incomplete(Goal goal) implements SizeReason {}

    /// As [Incomplete]: the goal is old.
    record Stale(Goal goal, Duration maxAge) implements SizeReason {}

    /// As [Incomplete]: the goal has not been known for as long as a higher one would count.
    record PastUnknown(Goal goal, Duration knownFor, Duration window) implements SizeReason {}

    /// @param min zero of what was not asked for
    record UrgentRequest(Resources min) implements SizeReason {}

    /// @param min zero of what was not refused
    record ShrinkRefused(Resources min, RefusedShrink.RefusalSource by, String why)
            implements SizeReason {}

    /// It was killed for want of memory.
    ///
    /// @param min what it gets at least
    /// @param atMaximum whether it should have more than its maximum
    record OomKilled(Resources min, boolean atMaximum) implements SizeReason {}

    /// The goal lies beyond a limit of the VM, in one resource or both.
    ///
    /// @param min the minimum, of what the goal calls for less of; zero of the other
    /// @param max the maximum, of what the goal calls for more of; zero of the other
    record AtLimit(Goal goal, Resources min, Resources max) implements SizeReason {
        static AtLimit of(Goal goal, Resources called, SizeLimits limits) {
            return new AtLimit(
                    goal,
                    limits.min().onlyWhereMoreThan(called),
                    limits.max().onlyWhereLessThan(called));
        }

        /// Whether the VM would be larger but for its maximum.
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

    /// Whether the VM would be larger but for its maximum.
    default boolean isAtMaximum() {
        return switch (this) {
            case AtLimit limit -> limit.atMaximum();
            case OomKilled killed -> killed.atMaximum;
            case NothingKnown _,
                    ByGoal _,
                    Damped _,
                    Incomplete _,
                    Stale _,
                    PastUnknown _,
                    UrgentRequest _,
                    ShrinkRefused _ ->
                    false;
        };
    }

    /// One readable clause.
    default String text() {
        return switch (this) {
            case NothingKnown() -> "nothing is known of its load yet";
            case ByGoal(Goal goal) -> goal.text();
            case Damped(Goal goal, int units, Duration window) ->
                    "it needed %d units within the last %d s, and now %s"
                            .formatted(units, window.toSeconds(), goal.text());
            case Incomplete(Goal goal) -> goal.text() + ", so it does not shrink";
            case Stale(Goal goal, Duration timeout) ->
                    "its metrics are over %d s old, so it does not shrink; %s"
                            .formatted(timeout.toSeconds(), goal.text());
            case PastUnknown(Goal goal, Duration knownFor, Duration window) ->
                    "what it needs is known for %d s, and it does not shrink before %d s; %s"
                            .formatted(knownFor.toSeconds(), window.toSeconds(), goal.text());
            case UrgentRequest(Resources min) ->
                    "its monitor asked urgently for " + min.textOfParts();
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
                            ? "it was killed for want of memory, and may not have more than its maximum of "
                                    + min.textOfParts()
                            : "it was killed for want of memory and gets at least "
                                    + min.textOfParts();
            case AtLimit limit -> limit.goal.text() + limit.limits();
        };
    }
}
