package dev.elastigres.agent.worker;

import dev.elastigres.core.agent.Event;

/// Receives events of the VMs, from several threads concurrently. Its methods must not block.
public interface FleetListener {
    /// The size of a VM has changed.
    void scaled(ScalingEvent scaled);

    /// A VM was found with its current size; its earlier history is unknown.
    ///
    /// @param size with the same size before and after
    default void appeared(ScalingEvent size) {}

    /// A VM does not run any more, or is no longer one of this agent's. Not for VMs that the agent
    /// leaves behind when it ends.
    ///
    /// @param last from the size that it had to nothing
    default void gone(ScalingEvent last) {}

    /// An event was taken in; what the VM is after it can be seen already.
    void happened(String vm, Event event);
}
