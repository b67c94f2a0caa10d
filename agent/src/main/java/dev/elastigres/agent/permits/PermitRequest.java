package dev.elastigres.agent.permits;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// One VM's word to whoever permits.
///
/// @param id above that of every earlier ask of this VM
/// @param current what it has now
/// @param wanted all that it wants from now on
/// @param permit what it was last permitted, as far as is known
/// @param urgent whether memory is short already
/// @param load1 its load average over one minute, when known
public record PermitRequest(
        String vm,
        long id,
        ComputeUnit unit,
        Resources current,
        Resources wanted,
        Resources permit,
        boolean urgent,
        Optional<Double> load1) {}
