package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;

/// Amounts of a machine's memory from which more memory is requested. A machine of any size has
/// limits, so the same ones decide whether a smaller machine would do.
///
/// @param used memory of Postgres
/// @param unavailable memory that the whole machine cannot free
public record MemoryLimits(Bytes used, Bytes unavailable) {
    /// A shortage ends this part of a limit below it: the limit itself would be crossed to and fro.
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

    /// Whether neither limit is exceeded.
    boolean hold(MemoryDemand demand) {
        return !used.isLessThan(demand.used())
                && demand.unavailable().filter(unavailable::isLessThan).isEmpty();
    }
}
