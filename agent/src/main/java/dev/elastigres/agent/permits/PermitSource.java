package dev.elastigres.agent.permits;

import dev.elastigres.core.units.Resources;

/// Permits the sizes of the VMs of this host. Called for several VMs concurrently.
public interface PermitSource extends AutoCloseable {
    /// Registers a VM with the size that it has or is about to have.
    void join(String vm, Resources current);

    /// Removes a VM and frees its size.
    void leave(String vm);

    /// @throws PermitException if there is no answer or an invalid one
    Permit ask(PermitRequest ask) throws PermitException, InterruptedException;

    @Override
    void close();
}
