package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.Action.WatchMemory;
import dev.elastigres.core.monitor.Usage.Known;
import dev.elastigres.core.units.Bytes;
import java.util.Optional;

/// Decides from which usage on memory is short, and whether it is.
final class ShortageDecision {
    /// Fraction of the threshold from which reported pressure counts.
    private static final double NEAR = 0.8;

    private ShortageDecision() {}

    /// Sets the threshold for the present usable memory.
    static void followMemory(MonitorStepBuilder step) {
        step.setThreshold(step.rules().memory().threshold(step.usable()));
    }

    /// Returns what the watcher is to watch for.
    static WatchMemory watch(MonitorStepBuilder step) {
        return new WatchMemory(step.state().threshold(), limits(step));
    }

    /// Returns the limits at which a shortage starts or, during one, below which it ends.
    private static MemoryLimits limits(MonitorStepBuilder step) {
        MemoryLimits limits = step.rules().memory().limits(step.usable());
        Optional<Shortage> shortage = step.state().shortage();
        if (shortage.isEmpty() || step.rules().horizon().isEmpty()) return limits;
        return switch (shortage.get()) {
            case USAGE, GROWTH, KERNEL -> limits.withUsedClearlyBelow();
            case AVAILABLE -> limits.withUnavailableClearlyBelow();
            case PRESSURE, OOM_KILL, CPU -> limits;
        };
    }

    /// Returns the present or forecast shortage.
    static Optional<Shortage> find(Known known, MonitorStepBuilder step) {
        MemoryLimits limits = limits(step);
        MemoryDemand demand = forecast(known);
        if (limits.isUsedReached(demand)) {
            if (!known.cautiousNow().isLessThan(limits.used())) return Optional.of(Shortage.USAGE);
            Bytes withoutKernel = demand.used().minus(known.forecast().kernel());
            return Optional.of(
                    withoutKernel.isLessThan(limits.used()) ? Shortage.KERNEL : Shortage.GROWTH);
        }
        return limits.isUnavailableReached(demand) && !isBeingUnplugged(known, limits, step)
                ? Optional.of(Shortage.AVAILABLE)
                : Optional.empty();
    }

    /// Returns whether an agreed downscale is in progress and enough memory is available meanwhile.
    ///
    /// The kernel first takes the free pages of memory that is being unplugged, and reduces the
    /// total only at the end. Until then that memory counts as unavailable without being used.
    private static boolean isBeingUnplugged(
            Known known, MemoryLimits limits, MonitorStepBuilder step) {
        MemoryState memory = step.state().memory();
        if (memory.disputed() || !(known.machine() instanceof MachineMemory.Known machine))
            return false;
        Bytes min = step.usable().minus(limits.unavailable());
        return memory.announced().filter(it -> it.isLessThan(machine.total())).isPresent()
                && min.isLessThan(machine.available());
    }

    /// Returns whether memory is nearly short, so that reported pressure counts. Tasks also stall
    /// on memory that only has to be read again, while plenty is free.
    static boolean isNear(MonitorStepBuilder step) {
        if (!(step.usage() instanceof Known known)) return false;
        Bytes usable = step.usable();
        Bytes floor = usable.minus(step.rules().memory().limits(usable).unavailable());
        var near =
                new MemoryLimits(
                        step.state().threshold().times(NEAR), usable.minus(floor).minus(floor));
        MemoryDemand demand = forecast(known);
        return near.isUsedReached(demand) || near.isUnavailableReached(demand);
    }

    private static MemoryDemand forecast(Known known) {
        return MemoryDemand.of(known.forecast().forecast(), known.machine());
    }
}
