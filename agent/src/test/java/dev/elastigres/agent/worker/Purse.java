package dev.elastigres.agent.worker;

import dev.elastigres.agent.permits.Permit;
import dev.elastigres.agent.permits.PermitAsk;
import dev.elastigres.agent.permits.PermitException;
import dev.elastigres.agent.permits.Permits;
import dev.elastigres.core.units.Resources;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Permits whatever is asked for, up to a size, and remembers who came and went.
final class Purse implements Permits {
    final List<String> members = new CopyOnWriteArrayList<>();
    final List<PermitAsk> asks = new CopyOnWriteArrayList<>();
    volatile Resources most = FakeHost.UNIT.times(FakeHost.MOST_UNITS);
    volatile boolean silent;

    @Override
    public void join(String vm, Resources has) {
        members.add("+" + vm + " " + has.text());
    }

    @Override
    public void leave(String vm) {
        members.add("-" + vm);
    }

    @Override
    public Permit ask(PermitAsk ask) throws PermitException {
        asks.add(ask);
        if (silent) throw new PermitException("nobody answers");
        return new Permit(ask.wanted().min(most.max(ask.permit())), false);
    }

    @Override
    public void close() {}
}
