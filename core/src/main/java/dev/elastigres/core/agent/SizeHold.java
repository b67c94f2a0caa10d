package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// A hold that an operator places on the size of one VM. It replaces the size that the VM's demand
/// calls for. Permits, limits and the monitor's consent to a shrink count as without it.
public sealed interface SizeHold {

    /// The VM keeps its size. A resize that has begun is completed. Only an urgent request of the
    /// monitor or a kill because memory ran out makes the VM larger, because Postgres would fail
    /// otherwise; it keeps that size, too.
    ///
    /// @param end when the VM is scaled again
    /// @param by description of the operator
    record Pause(Moment end, String by) implements SizeHold {}

    /// The VM gets `size`, as far as its limits and its permit allow, and keeps it. Urgent requests
    /// and kills do not change that: the operator chose the size.
    ///
    /// @param end when the VM is scaled again; empty if that is when the hold is released
    /// @param by description of the operator
    record Pin(Resources size, Optional<Moment> end, String by) implements SizeHold {}

    /// Returns when the hold ends; empty if it has to be released.
    default Optional<Moment> until() {
        return switch (this) {
            case Pause(Moment end, String _) -> Optional.of(end);
            case Pin(Resources _, Optional<Moment> end, String _) -> end;
        };
    }

    /// Returns whether the hold has ended.
    default boolean isOver(Moment now) {
        return until().filter(it -> !now.isBefore(it)).isPresent();
    }

    /// Returns the time until the hold ends; empty if it has to be released.
    default Optional<Duration> left(Moment now) {
        return until().map(it -> it.since(now));
    }

    /// Returns a stable name of the hold's kind for programs.
    default String code() {
        return switch (this) {
            case Pause _ -> "paused";
            case Pin _ -> "pinned";
        };
    }
}
