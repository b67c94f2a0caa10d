package dev.elastigres.agent.permits;

import dev.elastigres.core.units.Resources;

/// @param size all that the VM may have from now on
/// @param moves whether it will move to another host, and must keep its size until then
public record Permit(Resources size, boolean moves) {}
