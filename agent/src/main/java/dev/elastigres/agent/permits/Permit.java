package dev.elastigres.agent.permits;

import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// @param size total size that the VM may have from now on
/// @param moves whether the VM will migrate to another host and must keep its size until then
/// @param shortage why the size is less than requested, one clause; empty if it is not less or the
///     reason is unknown
public record Permit(Resources size, boolean moves, Optional<String> shortage) {
    /// Creates a permit without a reason for a shortage.
    public Permit(Resources size, boolean moves) {
        this(size, moves, Optional.empty());
    }
}
