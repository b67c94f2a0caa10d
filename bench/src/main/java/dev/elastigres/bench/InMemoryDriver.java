package dev.elastigres.bench;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.ObservedSize;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A driver of fake VMs, whose sizes are values in memory and change within some milliseconds.
/// Each VM has one unit at first.
final class InMemoryDriver implements Driver {
    static final ComputeUnit UNIT = ComputeUnit.DEFAULT;
    private static final Duration RESIZE = Duration.ofMillis(5);

    private final List<DiscoveredVm> vms;
    private final Map<String, Resources> sizes = new ConcurrentHashMap<>();
    private final Queue<GrowthRecord> growths = new ConcurrentLinkedQueue<>();

    /// The start of a VM's growth.
    ///
    /// @param at monotonic clock, in nanoseconds
    record GrowthRecord(String vm, long at) {}

    /// @param endpoints endpoints of the VMs' monitors and metrics, one for each VM
    /// @param max maximum number of units of a VM
    InMemoryDriver(List<HostPort> endpoints, int max) {
        Resources one = UNIT.times(1);
        var bounds = new DiscoveredVm.SizeBounds(one, UNIT.times(max), one);
        var found = new ArrayList<DiscoveredVm>(endpoints.size());
        for (HostPort endpoint : endpoints) {
            var both =
                    DiscoveredVm.VmEndpoints.at(
                            Optional.of(endpoint), Optional.of(endpoint), Optional.empty());
            found.add(new DiscoveredVm(vm(found.size()), "1", bounds, both));
        }
        vms = List.copyOf(found);
        for (DiscoveredVm vm : vms) sizes.put(vm.name(), one);
    }

    /// Returns the name of the VM at endpoint `index`.
    static String vm(int index) {
        return String.format(Locale.ROOT, "vm-%05d", index);
    }

    @Override
    public String name() {
        return "in-memory";
    }

    @Override
    public List<DiscoveredVm> find() {
        return vms;
    }

    @Override
    public ObservedSize look(DiscoveredVm vm, Duration within) throws DriverException {
        Resources size = sizes.get(vm.name());
        if (size == null) throw new DriverException.Gone("there is no " + vm.name());
        return new ObservedSize(size, size);
    }

    @Override
    public ResizeOutcome resize(DiscoveredVm vm, Resources from, Resources to, Duration within)
            throws InterruptedException {
        if (!from.covers(to)) growths.add(new GrowthRecord(vm.name(), System.nanoTime()));
        Thread.sleep(RESIZE);
        sizes.put(vm.name(), to);
        return new ResizeOutcome.Done(to);
    }

    /// Returns every growth so far.
    List<GrowthRecord> growths() {
        return List.copyOf(growths);
    }

    @Override
    public void close() {}
}
