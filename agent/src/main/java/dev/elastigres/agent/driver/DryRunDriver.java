package dev.elastigres.agent.driver;

import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads the VMs of another driver and changes nothing. It also hides their monitors: a monitor has
/// only one agent, and gives up memory when it agrees to a shrink.
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
    public List<DiscoveredVm> find() throws DriverException, InterruptedException {
        return inner.find().stream().map(DryRunDriver::withoutMonitor).toList();
    }

    @Override
    public List<String> problems() {
        return inner.problems();
    }

    @Override
    public Map<String, VmEnd> ends() {
        return inner.ends();
    }

    @Override
    public Optional<Set<String>> names() {
        return inner.names();
    }

    @Override
    public String searched() {
        return inner.searched();
    }

    private static DiscoveredVm withoutMonitor(DiscoveredVm vm) {
        var endpoints =
                new DiscoveredVm.VmEndpoints(
                        new Endpoint.Unused(), vm.endpoints().host(), vm.endpoints().cache());
        return new DiscoveredVm(vm.name(), vm.life(), vm.bounds(), endpoints, vm.oomKill());
    }

    @Override
    public ObservedSize look(DiscoveredVm vm, Duration within)
            throws DriverException, InterruptedException {
        return inner.look(vm, within);
    }

    /// Never called in a dry run, which only recommends sizes.
    @Override
    public ResizeOutcome resize(DiscoveredVm vm, Resources from, Resources to, Duration within) {
        return new ResizeOutcome.Failed("a dry run changes nothing");
    }

    @Override
    public void close() {
        inner.close();
    }
}
