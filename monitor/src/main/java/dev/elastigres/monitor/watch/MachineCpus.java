package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.CpuReading;
import java.nio.file.Path;
import java.util.Optional;

/// All of the machine's CPUs. The kernel's file of them is a long one, and read only when it
/// matters.
public final class MachineCpus implements CpuUse {
    private final Path procfs;
    private Optional<CpuTimes> before = Optional.empty();

    /// @param procfs usually `/proc`
    public MachineCpus(Path procfs) {
        this.procfs = procfs;
    }

    @Override
    public Optional<CpuReading> look(long nanoTime, double waited, boolean matters) {
        Optional<CpuTimes> then = before;
        before = matters ? CpuTimes.read(procfs) : Optional.empty();
        return before.flatMap(
                now ->
                        then.map(
                                it ->
                                        new CpuReading(
                                                now.online(),
                                                now.busySince(it),
                                                waited,
                                                now.runnable())));
    }
}
