package dev.elastigres.agent.driver;

import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.core.agent.Outcome;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Sees the VMs of another driver and changes nothing. Their monitors are left alone, too: a
/// monitor has one agent only, and gives up memory when it agrees to a shrink.
public final class DryRunDriver implements Driver {
    private final Driver inner;

    public DryRunDriver(Driver inner) {
        this.inner = inner;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public List<Found> find() throws DriverException, InterruptedException {
        return inner.find().stream().map(DryRunDriver::withoutMonitor).toList();
    }

    @Override
    public List<String> troubles() {
        return inner.troubles();
    }

    @Override
    public Map<String, String> dead() {
        return inner.dead();
    }

    @Override
    public Optional<Set<String>> names() {
        return inner.names();
    }

    @Override
    public String searched() {
        return inner.searched();
    }

    private static Found withoutMonitor(Found vm) {
        var doors = new Found.Doors(new Endpoint.Unused(), vm.doors().host(), vm.doors().cache());
        return new Found(vm.name(), vm.life(), vm.bounds(), doors, vm.oomKill());
    }

    @Override
    public Looked look(Found vm, Duration within) throws DriverException, InterruptedException {
        return inner.look(vm, within);
    }

    /// Nobody asks for it: what is only recommended is not done.
    @Override
    public Outcome resize(Found vm, Resources from, Resources to, Duration within) {
        return new Outcome.Failed("a dry run changes nothing");
    }

    @Override
    public void close() {
        inner.close();
    }
}
