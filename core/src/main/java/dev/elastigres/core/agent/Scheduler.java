package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// What is known of the scheduler, or of the host's budget in its place.
///
/// @param permit what the VM may have; the scheduler's own figure is never below it
/// @param asked what it has not answered yet
/// @param askAt before this it is not asked
/// @param sayAt by this it hears from us, whether or not anything changes
/// @param moves whether it said that the VM will move
/// @param trouble why it did not give what was asked for, until it does
public record Scheduler(
        Resources permit,
        Optional<Request> asked,
        Moment askAt,
        Moment sayAt,
        boolean moves,
        Optional<String> trouble) {

    Scheduler asked(Request request, Moment next) {
        // What is given back is given back now: the answer may get lost.
        return new Scheduler(
                permit.min(request.size()), Optional.of(request), askAt, next, moves, trouble);
    }

    Scheduler answered(Resources permitted, boolean moving, Moment next, Optional<String> denial) {
        return new Scheduler(permitted, Optional.empty(), next, sayAt, moving, denial);
    }

    Scheduler failed(String why, Moment next) {
        return new Scheduler(permit, Optional.empty(), next, sayAt, moves, Optional.of(why));
    }
}
