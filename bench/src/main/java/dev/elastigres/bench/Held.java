package dev.elastigres.bench;

import dev.elastigres.bench.footprint.Memory;
import dev.elastigres.harness.BenchException;
import java.lang.management.ManagementFactory;

/// What this process holds in memory once its garbage is gone, in bytes.
///
/// @param heap of live objects
/// @param resident of the whole process
record Held(long heap, long resident) {
    private static final double KIBIBYTE = 1024;

    static Held now() throws BenchException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new Held(heap, Memory.of(ProcessHandle.current().pid()).resident());
    }

    /// What came since `before`, by `count`, in KiB.
    PerVm since(Held before, int count) {
        return new PerVm(
                (heap - before.heap) / KIBIBYTE / count,
                (resident - before.resident) / KIBIBYTE / count);
    }

    /// Memory of one VM, in KiB.
    record PerVm(double heap, double resident) {}
}
