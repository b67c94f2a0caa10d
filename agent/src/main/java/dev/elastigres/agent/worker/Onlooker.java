package dev.elastigres.agent.worker;

import dev.elastigres.core.agent.Event;

/// Told of what comes about with the VMs, by several threads at once. What it does must not wait.
public interface Onlooker {
    /// A VM was seen to have another size.
    void scaled(Scaled scaled);

    /// An event was taken in; what the VM is after it can be seen already.
    void happened(String vm, Event event);
}
