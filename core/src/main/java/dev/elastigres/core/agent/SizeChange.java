package dev.elastigres.core.agent;

import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// An observed change of a VM's size.
///
/// @param reason why the changed resource was to change when the resize started, whatever was
///     decided since; empty if another party resized the VM
public record SizeChange(Resources from, Resources to, Optional<SizeReason> reason) {

    /// Returns why the size changed, as one readable clause.
    public String text() {
        return reason.map(SizeReason::text).orElse("it was resized externally");
    }
}
