package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.CpuReading;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.KernelText;
import java.nio.file.Path;
import java.util.Optional;

/// Use of all CPUs of the machine. The kernel's file is long, so that it is read only if needed.
public final class MachineCpus implements CpuUsageSource {
    private final KernelReader reader;
    private final Path stat;
    private Optional<CpuTimes> before = Optional.empty();
    private Optional<String> problem = Optional.empty();

    /// Creates the source.
    ///
    /// @param reader reads the kernel's files
    /// @param procfs usually `/proc`
    public MachineCpus(KernelReader reader, Path procfs) {
        this.reader = reader;
        stat = procfs.resolve("stat");
    }

    @Override
    public Optional<CpuReading> look(long nanoTime, double waited, boolean matters) {
        Optional<CpuTimes> then = before;
        before = matters ? read() : Optional.empty();
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

    private Optional<CpuTimes> read() {
        KernelText text = reader.read(stat);
        Optional<CpuTimes> times = CpuTimes.of(text);
        problem =
                times.isPresent()
                        ? Optional.empty()
                        : text.problem().or(() -> Optional.of(stat + " is incomplete"));
        return times;
    }

    @Override
    public Optional<String> problem() {
        return problem;
    }
}
