package dev.elastigres.bench;

import dev.elastigres.bench.footprint.ProcessMemory;
import dev.elastigres.harness.HarnessException;
import java.lang.management.ManagementFactory;

/// What this process holds in memory once its garbage is gone, in bytes.
///
/// @param heap of live objects
/// @param resident of the whole process
record RetainedMemory(long heap, long resident) {
    private static final double KIBIBYTE = 1024;

    static RetainedMemory now() throws HarnessException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new RetainedMemory(heap, ProcessMemory.of(ProcessHandle.current().pid()).resident());
    }

    /// What came since `before`, by `count`, in KiB.
    MemoryPerVm since(RetainedMemory before, int count) {
        return new MemoryPerVm(
                (heap - before.heap) / KIBIBYTE / count,
                (resident - before.resident) / KIBIBYTE / count);
    }

    /// Memory of one VM, in KiB.
    record MemoryPerVm(double heap, double resident) {}
}
