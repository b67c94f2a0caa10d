package dev.elastigres.agent.worker;

import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// What is set for one VM.
///
/// @param least no smaller than this, where that is more than its driver's least
/// @param most no larger than this, where that is less than its driver's largest
public record VmRules(
        ComputeUnit unit, Optional<Resources> least, Optional<Resources> most, Rules rules) {}
