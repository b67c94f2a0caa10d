package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;

/// Amounts of memory from which the monitor requests more. They are defined for a machine of any
/// size, so they also decide whether a smaller machine is enough.
///
/// @param used limit of the memory that Postgres uses
/// @param unavailable limit of the memory that the whole machine cannot free
public record MemoryLimits(Bytes used, Bytes unavailable) {
    /// Divisor of a limit: a shortage ends this fraction of the limit below it. Without the
    /// hysteresis, demand near the limit would cross it repeatedly.
    private static final long HYSTERESIS = 64;

    MemoryLimits withUsedClearlyBelow() {
        return new MemoryLimits(clearlyBelow(used), unavailable);
    }

    MemoryLimits withUnavailableClearlyBelow() {
        return new MemoryLimits(used, clearlyBelow(unavailable));
    }

    static Bytes clearlyBelow(Bytes limit) {
        return Bytes.of(limit.value() - limit.value() / HYSTERESIS);
    }

    boolean isUsedReached(MemoryDemand demand) {
        return !demand.used().isLessThan(used);
    }

    boolean isUnavailableReached(MemoryDemand demand) {
        return demand.unavailable().filter(it -> !it.isLessThan(unavailable)).isPresent();
    }

    /// Returns whether neither limit is exceeded.
    boolean hold(MemoryDemand demand) {
        return !used.isLessThan(demand.used())
                && demand.unavailable().filter(unavailable::isLessThan).isEmpty();
    }
}
