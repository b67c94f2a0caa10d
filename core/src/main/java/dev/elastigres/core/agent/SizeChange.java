package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// A VM was seen to have another size than before.
///
/// @param reason of the decision that began the resize, whatever was decided since; empty when
///     somebody else resized the VM
public record SizeChange(Resources from, Resources to, Optional<SizeReason> reason) {

    /// Why the size changed, in one readable clause.
    public String text() {
        return reason.map(SizeReason::text).orElse("it was resized by someone else");
    }
}
