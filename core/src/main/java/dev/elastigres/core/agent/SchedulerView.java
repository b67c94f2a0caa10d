package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// What is known of the scheduler, or of the host's budget in its place.
///
/// @param permit what the VM may have; the scheduler's own figure is never below it
/// @param request what it has not answered yet
/// @param askAt before this it is not asked
/// @param sayAt by this it hears from us, whether or not anything changes
/// @param moves whether it said that the VM will move
/// @param problem why it did not give what was asked for, until it does
public record SchedulerView(
        Resources permit,
        Optional<OpenRequest> request,
        Moment askAt,
        Moment sayAt,
        boolean moves,
        Optional<String> problem) {

    SchedulerView withRequest(OpenRequest request, Moment next) {
        // What is given back is given back now: the answer may get lost.
        return new SchedulerView(
                permit.min(request.size()), Optional.of(request), askAt, next, moves, problem);
    }

    SchedulerView answered(
            Resources permitted, boolean moving, Moment next, Optional<String> denial) {
        return new SchedulerView(permitted, Optional.empty(), next, sayAt, moving, denial);
    }

    SchedulerView failed(String why, Moment next) {
        return new SchedulerView(permit, Optional.empty(), next, sayAt, moves, Optional.of(why));
    }
}
