package dev.elastigres.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.KernelText;
import java.nio.file.Path;

/// Reads the size of this host.
public final class HostSize {
    private static final Path MEMINFO = Path.of("/proc/meminfo");

    private HostSize() {}

    /// Returns the CPUs that this process may use and the total memory.
    ///
    /// @throws AgentStartException if the kernel's memory size cannot be read, or is not returned
    ///     within a second
    public static Resources read() throws AgentStartException {
        return read(MEMINFO);
    }

    static Resources read(Path meminfo) throws AgentStartException {
        try (var reader = new KernelReader()) {
            KernelText text = reader.read(meminfo);
            double kibibytes =
                    text.number("MemTotal:")
                            .orElseThrow(
                                    () ->
                                            new AgentStartException(
                                                    text.problem()
                                                            .orElse(meminfo + " has no MemTotal")));
            return new Resources(
                    Runtime.getRuntime().availableProcessors(),
                    Bytes.ofKibibytes((long) kibibytes));
        }
    }
}
