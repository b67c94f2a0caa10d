package dev.elastigres.core.scheduler;

import dev.elastigres.core.units.Resources;

/// Answer of the ledger to a request.
public sealed interface LedgerAnswer {
    /// The VM may have all that it wanted.
    ///
    /// @param permit what it wanted
    record Granted(Resources permit) implements LedgerAnswer {}

    /// The VM may have less than it wanted.
    ///
    /// @param permit total size that it may have: at most what it wanted, and each resource that it
    ///     wanted less of as wanted
    /// @param grows whether the permit raised the VM's booking
    /// @param moving whether the VM is being moved and must not grow until that has ended
    /// @param reason why it is less, one clause with the relevant amounts
    record Denied(Resources permit, boolean grows, boolean moving, String reason)
            implements LedgerAnswer {}

    /// The request cannot be answered with a permit.
    record Rejected(RejectionReason reason) implements LedgerAnswer {}

    /// Why a request has no permit as its answer.
    enum RejectionReason {
        /// The objects of the cluster were not read yet.
        NOT_READY,
        /// No such pod is bound to a node.
        UNKNOWN_POD,
        /// The pod is not the pod of a VM.
        NO_VM,
        /// The requested size is larger than any the ledger can book.
        TOO_LARGE
    }
}
