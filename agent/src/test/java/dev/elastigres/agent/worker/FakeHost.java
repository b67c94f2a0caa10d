package dev.elastigres.agent.worker;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.DiscoveredVm.SizeBounds;
import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.ObservedSize;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/// An in-memory host. Its VMs reach a requested size after a moment, unless the test prevents it.
public final class FakeHost implements Driver {
    static final ComputeUnit UNIT = ComputeUnit.DEFAULT;
    static final int MAX_UNITS = 8;

    private static final Duration MOMENT = Duration.ofMillis(20);

    private final Map<String, FakeVm> vms = new ConcurrentSkipListMap<>();
    volatile boolean blind;

    enum FakeBehavior {
        WILLING,
        FAILING,
        HALF_HEARTED,
        HANGING,
        BROKEN
    }

    public static final class FakeVm {
        final AtomicInteger calls = new AtomicInteger();
        final AtomicInteger maxCalls = new AtomicInteger();
        volatile DiscoveredVm found;
        volatile Resources size;
        volatile Resources asked;
        volatile FakeBehavior mood = FakeBehavior.WILLING;

        FakeVm(DiscoveredVm found, Resources size) {
            this.found = found;
            this.size = size;
            asked = size;
        }

        void doors(VmEndpoints endpoints) {
            found = new DiscoveredVm(found.name(), found.life(), found.bounds(), endpoints);
        }

        private void enter() {
            int now = calls.incrementAndGet();
            maxCalls.accumulateAndGet(now, Math::max);
        }
    }

    public FakeVm boot(String name, String life, int units, VmEndpoints endpoints) {
        var bounds = new SizeBounds(UNIT.times(1), UNIT.times(MAX_UNITS), UNIT.times(1));
        var vm = new FakeVm(new DiscoveredVm(name, life, bounds, endpoints), UNIT.times(units));
        vms.put(name, vm);
        return vm;
    }

    public void end(String name) {
        vms.remove(name);
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public List<DiscoveredVm> find() throws DriverException {
        if (blind) throw new DriverException.Failed("cannot look for VMs");
        return vms.values().stream().map(it -> it.found).toList();
    }

    private FakeVm vm(DiscoveredVm found) throws DriverException {
        FakeVm vm = vms.get(found.name());
        if (vm == null || !vm.found.life().equals(found.life()))
            throw new DriverException.Gone(found.name() + " does not run any more");
        return vm;
    }

    @Override
    public ObservedSize look(DiscoveredVm found, Duration within) throws DriverException {
        FakeVm vm = vm(found);
        vm.enter();
        try {
            return new ObservedSize(vm.size, vm.asked);
        } finally {
            vm.calls.decrementAndGet();
        }
    }

    @Override
    public ResizeOutcome resize(DiscoveredVm found, Resources from, Resources to, Duration within)
            throws DriverException, InterruptedException {
        FakeVm vm = vm(found);
        vm.enter();
        try {
            return resize(vm, from, to);
        } finally {
            vm.calls.decrementAndGet();
        }
    }

    private static ResizeOutcome resize(FakeVm vm, Resources from, Resources to)
            throws DriverException, InterruptedException {
        switch (vm.mood) {
            case FAILING -> throw new DriverException.Failed("the driver is busy");
            case BROKEN -> throw new IllegalStateException("a planted bug");
            case HANGING -> Thread.sleep(Duration.ofDays(1));
            case WILLING, HALF_HEARTED -> Thread.sleep(MOMENT);
        }
        vm.asked = to;
        if (vm.mood == FakeBehavior.HALF_HEARTED) {
            // One unit in the requested direction, and no further for now.
            vm.size = UNIT.times(UNIT.covering(from) + (to.covers(from) ? 1 : -1));
            vm.asked = vm.size;
            return new ResizeOutcome.Partial(vm.size);
        }
        vm.size = to;
        return new ResizeOutcome.Done(to);
    }

    @Override
    public void close() {}
}
