package dev.elastigres.core.scheduler;

import dev.elastigres.core.units.Resources;

/// A pod that is bound to a node, as its object in the cluster describes it.
///
/// @param pod its identity
/// @param node the node that it is bound to; it may be unknown so far
/// @param size for a VM, the larger of the size that it has and the size last permitted; for an
///     ordinary pod, the sum of its containers' requests
/// @param overcommit factors by which the size is divided on the node
/// @param kind how it counts
public record PodBooking(
        PodIdentity pod,
        String node,
        Resources size,
        OvercommitFactors overcommit,
        BookingKind kind) {
    public PodBooking {
        if (node.isEmpty()) throw new IllegalArgumentException("a booking without a node");
    }
}
