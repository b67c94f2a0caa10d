package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Resources;
import java.time.Duration;

/// Why a VM is wanted to have a size.
public sealed interface Reason {

    record NothingKnown() implements Reason {}

    record ByGoal(Goal goal) implements Reason {}

    /// The goal was higher a short while ago, and may be so again.
    record Damped(Goal goal, int units, Duration window) implements Reason {}

    /// The goal is below what the VM has, and made of too little to believe that.
    record Incomplete(Goal goal) implements Reason {}

    /// As [Incomplete]: the goal is old.
    record Stale(Goal goal, Duration limit) implements Reason {}

    record AskedUrgently(Resources least) implements Reason {}

    record ShrinkRefused(Resources least, Held.By by, String why) implements Reason {}

    /// The goal lies beyond a limit of the VM.
    record AtLimit(Goal goal, boolean largest) implements Reason {}

    /// One readable clause.
    default String text() {
        return switch (this) {
            case NothingKnown() -> "nothing is known of its load yet";
            case ByGoal(Goal goal) -> goal.text();
            case Damped(Goal goal, int units, Duration window) ->
                    "it needed %d units within the last %d s, and now %s"
                            .formatted(units, window.toSeconds(), goal.text());
            case Incomplete(Goal goal) -> goal.text() + ", so it does not shrink";
            case Stale(Goal goal, Duration limit) ->
                    "its metrics are over %d s old, so it does not shrink; %s"
                            .formatted(limit.toSeconds(), goal.text());
            case AskedUrgently(Resources least) -> "its monitor asked urgently for " + least.text();
            case ShrinkRefused(Resources least, Held.By by, String why) ->
                    switch (by) {
                        case MONITOR ->
                                "its monitor does not let it go below " + least.text() + ": " + why;
                        case DRIVER -> "it cannot go below " + least.text() + ": " + why;
                    };
            case AtLimit(Goal goal, boolean largest) ->
                    goal.text() + (largest ? ", above its maximum" : ", below its minimum");
        };
    }
}
