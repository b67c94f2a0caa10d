package dev.elastigres.bench;

import dev.elastigres.bench.footprint.ProcessMemory;
import dev.elastigres.harness.HarnessException;
import java.lang.management.ManagementFactory;

/// Memory of this process after a garbage collection, in bytes.
///
/// @param heap size of live objects
/// @param resident memory of the whole process
record RetainedMemory(long heap, long resident) {
    private static final double KIBIBYTE = 1024;

    static RetainedMemory now() throws HarnessException {
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return new RetainedMemory(heap, ProcessMemory.of(ProcessHandle.current().pid()).resident());
    }

    /// Returns the growth since `before` divided by `count`, in KiB.
    MemoryPerVm since(RetainedMemory before, int count) {
        return new MemoryPerVm(
                (heap - before.heap) / KIBIBYTE / count,
                (resident - before.resident) / KIBIBYTE / count);
    }

    /// Memory of one VM, in KiB.
    record MemoryPerVm(double heap, double resident) {}
}
