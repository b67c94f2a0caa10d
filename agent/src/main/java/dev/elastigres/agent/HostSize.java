package dev.elastigres.agent;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.metrics.KernelText;
import java.nio.file.Path;

/// What this host has.
final class HostSize {
    private static final Path MEMINFO = Path.of("/proc/meminfo");

    private HostSize() {}

    /// The CPUs that this process may use, and all memory.
    ///
    /// @throws StartException when the kernel does not say
    static Resources look() throws AgentStartException {
        return look(MEMINFO);
    }

    static Resources look(Path meminfo) throws AgentStartException {
        double kibibytes =
                KernelText.read(meminfo)
                        .number("MemTotal:")
                        .orElseThrow(() -> new AgentStartException(meminfo + " has no MemTotal"));
        return new Resources(
                Runtime.getRuntime().availableProcessors(), Bytes.ofKibibytes((long) kibibytes));
    }
}
