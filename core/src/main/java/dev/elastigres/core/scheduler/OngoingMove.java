package dev.elastigres.core.scheduler;

/// A move that has begun and not ended.
///
/// @param uid UID of the pod that the VM is moving away from
/// @param from the node of that pod
/// @param to the node of the target pod, or the planned one while the target pod is not bound
/// @param bound whether the target pod is bound, so that its node's bookings contain it
public record OngoingMove(String uid, String from, String to, boolean bound) {}
