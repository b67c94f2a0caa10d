package dev.elastigres.agent.worker;

import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.Found;
import dev.elastigres.agent.driver.Found.Bounds;
import dev.elastigres.agent.driver.Found.Doors;
import dev.elastigres.agent.driver.Looked;
import dev.elastigres.core.agent.Outcome;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A host in memory: its VMs become what they were asked to be after a moment, unless they shall
/// not.
final class FakeHost implements Driver {
    static final ComputeUnit UNIT = ComputeUnit.DEFAULT;
    static final int MOST_UNITS = 8;

    private static final Duration MOMENT = Duration.ofMillis(20);

    private final Map<String, Vm> vms = new ConcurrentSkipListMap<>();
    volatile boolean blind;

    enum Mood {
        WILLING,
        FAILING,
        HALF_HEARTED,
        HANGING,
        BROKEN
    }

    static final class Vm {
        final AtomicInteger calls = new AtomicInteger();
        final AtomicInteger mostCalls = new AtomicInteger();
        volatile Found found;
        volatile Resources size;
        volatile Resources asked;
        volatile Mood mood = Mood.WILLING;

        Vm(Found found, Resources size) {
            this.found = found;
            this.size = size;
            asked = size;
        }

        void doors(Doors doors) {
            found = new Found(found.name(), found.life(), found.bounds(), doors);
        }

        private void enter() {
            int now = calls.incrementAndGet();
            mostCalls.accumulateAndGet(now, Math::max);
        }
    }

    Vm boot(String name, String life, int units, Doors doors) {
        var bounds = new Bounds(UNIT.times(1), UNIT.times(MOST_UNITS), UNIT.times(1));
        var vm = new Vm(new Found(name, life, bounds, doors), UNIT.times(units));
        vms.put(name, vm);
        return vm;
    }

    void end(String name) {
        vms.remove(name);
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public List<Found> find() throws DriverException {
        if (blind) throw new DriverException.Failed("cannot look for VMs");
        return vms.values().stream().map(it -> it.found).toList();
    }

    private Vm vm(Found found) throws DriverException {
        Vm vm = vms.get(found.name());
        if (vm == null || !vm.found.life().equals(found.life()))
            throw new DriverException.Gone(found.name() + " does not run any more");
        return vm;
    }

    @Override
    public Looked look(Found found, Duration within) throws DriverException {
        Vm vm = vm(found);
        vm.enter();
        try {
            return new Looked(vm.size, vm.asked);
        } finally {
            vm.calls.decrementAndGet();
        }
    }

    @Override
    public Outcome resize(Found found, Resources from, Resources to, Duration within)
            throws DriverException, InterruptedException {
        Vm vm = vm(found);
        vm.enter();
        try {
            return resize(vm, from, to);
        } finally {
            vm.calls.decrementAndGet();
        }
    }

    private static Outcome resize(Vm vm, Resources from, Resources to)
            throws DriverException, InterruptedException {
        switch (vm.mood) {
            case FAILING -> throw new DriverException.Failed("the driver is busy");
            case BROKEN -> throw new IllegalStateException("a planted bug");
            case HANGING -> Thread.sleep(Duration.ofDays(1));
            case WILLING, HALF_HEARTED -> Thread.sleep(MOMENT);
        }
        vm.asked = to;
        if (vm.mood == Mood.HALF_HEARTED) {
            // One unit on the way, and no further for now.
            vm.size = UNIT.times(UNIT.covering(from) + (to.covers(from) ? 1 : -1));
            vm.asked = vm.size;
            return new Outcome.Partial(vm.size);
        }
        vm.size = to;
        return new Outcome.Done(to);
    }

    @Override
    public void close() {}
}
