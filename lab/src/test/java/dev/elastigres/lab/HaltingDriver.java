package dev.elastigres.lab;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.ObservedSize;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.List;

/// A driver that halts forever in the middle of a step, and reports it.
record HaltingDriver(Driver inner, HaltPoint halt) implements Driver {
    static final String HALTED = "halted";
    private static final Duration PAUSE = Duration.ofMillis(20);

    enum HaltPoint {
        NONE,
        /// QEMU was asked for more memory, and the result is not known yet.
        GROWTH_BEGUN,
        /// The monitor agreed to a shrink, and the VM still has its old size.
        SHRINK_AGREED
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public List<DiscoveredVm> find() throws DriverException, InterruptedException {
        return inner.find();
    }

    @Override
    public ObservedSize look(DiscoveredVm vm, Duration within)
            throws DriverException, InterruptedException {
        return inner.look(vm, within);
    }

    @Override
    public ResizeOutcome resize(DiscoveredVm vm, Resources from, Resources to, Duration within)
            throws DriverException, InterruptedException {
        boolean grows = from.memory().isLessThan(to.memory());
        switch (halt) {
            case NONE -> {}
            case GROWTH_BEGUN -> {
                if (grows) standStillOnceAsked(vm, from, to, within);
            }
            case SHRINK_AGREED -> {
                if (!grows) standStill();
            }
        }
        return inner.resize(vm, from, to, within);
    }

    private void standStillOnceAsked(DiscoveredVm vm, Resources from, Resources to, Duration within)
            throws DriverException, InterruptedException {
        Thread.ofVirtual().start(() -> resizeUnheard(vm, from, to, within));
        while (!inner.look(vm, within).requested().memory().equals(to.memory()))
            Thread.sleep(PAUSE);
        standStill();
    }

    private void resizeUnheard(DiscoveredVm vm, Resources from, Resources to, Duration within) {
        try {
            var _ = inner.resize(vm, from, to, within);
        } catch (DriverException | InterruptedException e) {
            throw new IllegalStateException("the growth does not begin", e);
        }
    }

    private static void standStill() throws InterruptedException {
        System.out.println(HALTED);
        while (true) Thread.sleep(Duration.ofDays(1));
    }

    @Override
    public void close() {
        inner.close();
    }
}
