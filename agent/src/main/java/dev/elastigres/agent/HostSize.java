package dev.elastigres.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.metrics.KernelText;
import java.nio.file.Path;

/// Reads the size of this host.
public final class HostSize {
    private static final Path MEMINFO = Path.of("/proc/meminfo");

    private HostSize() {}

    /// Returns the CPUs that this process may use and the total memory.
    ///
    /// @throws AgentStartException if the kernel's memory size cannot be read
    public static Resources read() throws AgentStartException {
        return read(MEMINFO);
    }

    static Resources read(Path meminfo) throws AgentStartException {
        double kibibytes =
                KernelText.read(meminfo)
                        .number("MemTotal:")
                        .orElseThrow(() -> new AgentStartException(meminfo + " has no MemTotal"));
        return new Resources(
                Runtime.getRuntime().availableProcessors(), Bytes.ofKibibytes((long) kibibytes));
    }
}
