package dev.elastigres.core.scheduler;

/// How a pod counts on its node, and whether the size that counts is changed by permits.
public enum BookingKind {
    /// An ordinary pod. It counts what its object requests, and gets no permits.
    POD,
    /// A VM whose size is not changed by permits. It counts the size in its object, and every
    /// request to grow is denied.
    FIXED_VM,
    /// A VM whose size follows permits.
    SCALED_VM,
    /// The pod that a VM is moving away from. It may shrink and not grow.
    MOVE_SOURCE,
    /// The pod that a VM is moving to. It counts its whole size, and keeps it during the move.
    MOVE_TARGET,
    /// A pod that has ended and was not deleted yet. It counts nothing.
    FINISHED;

    boolean isVm() {
        return switch (this) {
            case FIXED_VM, SCALED_VM, MOVE_SOURCE, MOVE_TARGET -> true;
            case POD, FINISHED -> false;
        };
    }

    /// Returns whether the ledger's figure takes precedence over a lower one in the pod's object.
    boolean isPermitted() {
        return switch (this) {
            case SCALED_VM, MOVE_SOURCE, MOVE_TARGET -> true;
            case POD, FIXED_VM, FINISHED -> false;
        };
    }
}
