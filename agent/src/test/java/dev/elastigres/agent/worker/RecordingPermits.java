package dev.elastigres.agent.worker;

import dev.elastigres.agent.permits.Permit;
import dev.elastigres.agent.permits.PermitException;
import dev.elastigres.agent.permits.PermitRequest;
import dev.elastigres.agent.permits.PermitSource;
import dev.elastigres.core.units.Resources;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Permits any request up to a size, and records VMs that join and leave.
final class RecordingPermits implements PermitSource {
    final List<String> members = new CopyOnWriteArrayList<>();
    final List<PermitRequest> asks = new CopyOnWriteArrayList<>();
    volatile Resources max = FakeHost.UNIT.times(FakeHost.MAX_UNITS);
    volatile boolean silent;

    @Override
    public void join(String vm, Resources current) {
        members.add("+" + vm + " " + current.text());
    }

    @Override
    public void leave(String vm) {
        members.add("-" + vm);
    }

    @Override
    public Permit ask(PermitRequest ask) throws PermitException {
        asks.add(ask);
        if (silent) throw new PermitException("nobody answers");
        return new Permit(ask.wanted().min(max.max(ask.permit())), false);
    }

    @Override
    public void close() {}
}
