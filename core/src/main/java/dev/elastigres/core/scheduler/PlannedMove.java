package dev.elastigres.core.scheduler;

/// A move that the rebalancer proposes.
///
/// @param vm the VM
/// @param to a node that has room for it
/// @param reason why it is moved
/// @param explanation the reason with the amounts, one clause
public record PlannedMove(VmPlacement vm, String to, MoveReason reason, String explanation) {

    /// Why a VM is moved.
    public enum MoveReason {
        /// More of its node is booked than the watermark allows.
        ABOVE_WATERMARK,
        /// A VM of its node waits for more than the node has left.
        UNMET_REQUEST,
        /// Its node is cordoned.
        DRAIN
    }

    /// Returns the node that it is moved away from.
    public String from() {
        return vm.node();
    }
}
