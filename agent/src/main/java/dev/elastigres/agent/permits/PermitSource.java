package dev.elastigres.agent.permits;

import dev.elastigres.core.units.Resources;

/// Says what each VM of this host may have. It is called for several VMs at the same time.
public interface PermitSource extends AutoCloseable {
    /// A VM was found, with all that it has or is about to have.
    void join(String vm, Resources current);

    /// A VM is gone, and all that it had is free.
    void leave(String vm);

    /// @throws PermitException when there is no answer, or none that can be understood
    Permit ask(PermitRequest ask) throws PermitException, InterruptedException;

    @Override
    void close();
}
