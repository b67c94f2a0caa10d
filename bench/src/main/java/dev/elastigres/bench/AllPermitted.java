package dev.elastigres.bench;

import dev.elastigres.agent.permits.Permit;
import dev.elastigres.agent.permits.PermitAsk;
import dev.elastigres.agent.permits.Permits;
import dev.elastigres.core.units.Resources;

/// Permits everything at once.
final class AllPermitted implements Permits {
    @Override
    public void join(String vm, Resources has) {}

    @Override
    public void leave(String vm) {}

    @Override
    public Permit ask(PermitAsk ask) {
        return new Permit(ask.wanted(), false);
    }

    @Override
    public void close() {}
}
