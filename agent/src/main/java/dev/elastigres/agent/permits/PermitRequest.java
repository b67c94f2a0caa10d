package dev.elastigres.agent.permits;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// A VM's request to the permit source.
///
/// @param id greater than that of every earlier request of this VM
/// @param current the current size
/// @param wanted the total size requested
/// @param permit the last known permit
/// @param urgent whether memory is already short
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
