package dev.elastigres.agent.worker;

import dev.elastigres.core.agent.Event;

/// Told of what comes about with the VMs, by several threads at once. What it does must not wait.
public interface FleetListener {
    /// A VM was seen to have another size.
    void scaled(ScalingEvent scaled);

    /// A VM was found, with the size that it has: of what came before nothing is known.
    ///
    /// @param size twice the same
    default void appeared(ScalingEvent size) {}

    /// A VM does not run any more, or is no longer one of this agent's. Not for VMs that the agent
    /// leaves behind when it ends.
    ///
    /// @param last from the size that it had to nothing
    default void gone(ScalingEvent last) {}

    /// An event was taken in; what the VM is after it can be seen already.
    void happened(String vm, Event event);
}
