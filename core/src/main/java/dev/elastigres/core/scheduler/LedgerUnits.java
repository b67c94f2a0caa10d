package dev.elastigres.core.scheduler;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;

/// Amounts in the ledger's units. Sums of whole numbers are exact, whatever their order.
///
/// @param millis thousandths of a CPU
/// @param bytes bytes of memory
record LedgerUnits(long millis, long bytes) {
    static final LedgerUnits ZERO = new LedgerUnits(0, 0);

    /// Largest size of a pod or a node: 65,536 CPUs and 64 TiB. Neither the sum of
    /// [NodeAccount#MAX_PODS] of them, divided by the smallest overcommit factor, nor the product
    /// of one with a thousand overflows.
    static final LedgerUnits MAX = new LedgerUnits(65_536_000, 1L << 46);

    static LedgerUnits of(Resources size) {
        return new LedgerUnits(Math.round(size.vcpus() * 1000), size.memory().value());
    }

    Resources toResources() {
        return new Resources(millis / 1000.0, new Bytes(bytes));
    }

    LedgerUnits plus(LedgerUnits other) {
        return new LedgerUnits(millis + other.millis, bytes + other.bytes);
    }

    LedgerUnits minus(LedgerUnits other) {
        return new LedgerUnits(millis - other.millis, bytes - other.bytes);
    }

    LedgerUnits min(LedgerUnits other) {
        return new LedgerUnits(Math.min(millis, other.millis), Math.min(bytes, other.bytes));
    }

    LedgerUnits max(LedgerUnits other) {
        return new LedgerUnits(Math.max(millis, other.millis), Math.max(bytes, other.bytes));
    }

    /// Returns whether this has more of any resource than `other`.
    boolean exceeds(LedgerUnits other) {
        return millis > other.millis || bytes > other.bytes;
    }
}
