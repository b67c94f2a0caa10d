package dev.elastigres.agent.permits;

import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// @param size all that the VM may have from now on
/// @param moves whether it will move to another host, and must keep its size until then
/// @param shortage why that is less than was asked for, one clause; empty when it is not, or when
///     nobody says why
public record Permit(Resources size, boolean moves, Optional<String> shortage) {
    /// Without a word on why it is not more.
    public Permit(Resources size, boolean moves) {
        this(size, moves, Optional.empty());
    }
}
