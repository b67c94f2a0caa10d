package dev.elastigres.harness;

import dev.elastigres.agent.permits.Permit;
import dev.elastigres.agent.permits.PermitRequest;
import dev.elastigres.agent.permits.PermitSource;
import dev.elastigres.core.units.Resources;

/// A permit source that permits every request at once.
public final class UnlimitedPermits implements PermitSource {
    public UnlimitedPermits() {}

    @Override
    public void join(String vm, Resources current) {}

    @Override
    public void leave(String vm) {}

    @Override
    public Permit ask(PermitRequest ask) {
        return new Permit(ask.wanted(), false);
    }

    @Override
    public void close() {}
}
