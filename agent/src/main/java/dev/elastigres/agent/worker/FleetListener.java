package dev.elastigres.agent.worker;

import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.Step;
import java.util.Set;

/// Receives events of the VMs, from several threads concurrently. Its methods must not block.
public interface FleetListener {
    /// Called when the size of a VM has changed.
    void scaled(ScalingEvent scaled);

    /// Called when a call to a driver to resize a VM has ended, successfully or not.
    default void resized(ResizeReport resize) {}

    /// Called after each successful discovery.
    ///
    /// @param vms names of the VMs that run
    default void discovered(Set<String> vms) {}

    /// Called when a VM was discovered with its current size; its earlier history is unknown.
    ///
    /// @param size the same size before and after
    default void appeared(ScalingEvent size) {}

    /// Called when a VM has ended or no longer belongs to this agent. Not called for VMs that keep
    /// running when the agent stops.
    ///
    /// @param last the change from its last size to zero
    default void gone(ScalingEvent last) {}

    /// Called after an event was handled; the VM's status already shows its effect.
    void happened(String vm, Event event);

    /// Called with the decision after an event, before its actions are performed.
    ///
    /// @param vm the VM after the decision
    default void decided(VmStatus vm, Event event, Step step) {}
}
