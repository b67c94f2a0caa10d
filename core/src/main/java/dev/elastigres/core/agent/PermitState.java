package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// State of the permit source as the agent knows it: the scheduler, or the host's budget in its
/// place.
///
/// @param permit the size that the VM may have; the scheduler's own record of it is never lower
/// @param request the request that is not answered yet
/// @param askAt no request is sent before this moment
/// @param reportAt deadline of the next report, even if nothing changes
/// @param moves whether the scheduler announced a migration of the VM
/// @param problem why the last request was not granted in full; empty after one that was
public record PermitState(
        Resources permit,
        Optional<OpenRequest> request,
        Moment askAt,
        Moment reportAt,
        boolean moves,
        Optional<String> problem) {

    PermitState withRequest(OpenRequest request, Moment next) {
        // A reduction takes effect now, as the answer may get lost.
        return new PermitState(
                permit.min(request.size()), Optional.of(request), askAt, next, moves, problem);
    }

    PermitState answered(
            Resources permitted, boolean moving, Moment next, Optional<String> denial) {
        return new PermitState(permitted, Optional.empty(), next, reportAt, moving, denial);
    }

    PermitState failed(String why, Moment next) {
        return new PermitState(permit, Optional.empty(), next, reportAt, moves, Optional.of(why));
    }
}
