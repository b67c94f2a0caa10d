package dev.elastigres.monitor.watch;

import dev.elastigres.daemon.metrics.KernelReader;
import java.nio.file.Path;
import java.util.OptionalDouble;

/// Number of online CPUs, from the kernel's `stat`, which begins with a line for all CPUs and one
/// for each.
public final class OnlineCpus implements CpuCountSource {
    private final KernelReader reader;
    private final Path stat;

    /// Creates the source.
    ///
    /// @param reader reads the kernel's files
    /// @param procfs usually `/proc`
    public OnlineCpus(KernelReader reader, Path procfs) {
        this.reader = reader;
        stat = procfs.resolve("stat");
    }

    @Override
    public OptionalDouble count() {
        int count = 0;
        for (String line : reader.read(stat).lines()) {
            if (!line.startsWith("cpu")) break;
            if (!line.startsWith("cpu ")) count++;
        }
        return count > 0 ? OptionalDouble.of(count) : OptionalDouble.empty();
    }
}
