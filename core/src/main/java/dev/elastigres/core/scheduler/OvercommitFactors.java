package dev.elastigres.core.scheduler;

import dev.elastigres.core.units.Resources;

/// Factors by which the size of a VM is divided when it is booked on a node: with a CPU factor of
/// 4, a VM of 2 CPUs takes half a CPU of its node. Factors count in thousandths.
///
/// @param cpu factor of CPUs, from [#MIN] to [#MAX]
/// @param memory factor of memory, from [#MIN] to [#MAX]
public record OvercommitFactors(double cpu, double memory) {
    /// Smallest factor. Factors below 1 reserve more than the size.
    public static final double MIN = 0.5;

    /// Largest factor.
    public static final double MAX = 100;

    /// Every VM takes its whole size.
    public static final OvercommitFactors NONE = new OvercommitFactors(1, 1);

    public OvercommitFactors {
        check("CPUs", cpu);
        check("memory", memory);
    }

    private static void check(String resource, double factor) {
        if (!(factor >= MIN && factor <= MAX))
            throw new IllegalArgumentException(
                    "the overcommit factor of %s must be between %s and %.0f: %s"
                            .formatted(resource, MIN, MAX, factor));
    }

    /// Returns what a VM of `size` takes of its node: each resource divided by its factor, rounded
    /// down to thousandths of a CPU and to bytes.
    public Resources booked(Resources size) {
        return units(size).toResources();
    }

    LedgerUnits units(Resources size) {
        LedgerUnits whole = LedgerUnits.of(size);
        return new LedgerUnits(
                whole.millis() * 1000 / thousandths(cpu),
                whole.bytes() * 1000 / thousandths(memory));
    }

    /// Returns the largest size that fits into `room` of a node.
    LedgerUnits sizeIn(LedgerUnits room) {
        return new LedgerUnits(
                times(room.millis(), thousandths(cpu)), times(room.bytes(), thousandths(memory)));
    }

    private static long times(long amount, long thousandths) {
        return amount / 1000 * thousandths + amount % 1000 * thousandths / 1000;
    }

    private static long thousandths(double factor) {
        return Math.round(factor * 1000);
    }
}
