package dev.elastigres.protocol.metrics;

import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.CpuUsage;
import dev.elastigres.core.scaling.HostMetrics;
import java.util.Map;
import java.util.OptionalDouble;

/// A page of the kernel's figures. Its counters say something only beside an earlier page.
///
/// @param metrics all but what the CPUs did, which one page alone does not say
/// @param cpus the times of each CPU that is on, by its number
/// @param waiting seconds in which some task was ready but had no CPU, where the kernel counts them
/// @param oomKills processes killed for want of memory, where the kernel counts them
public record HostPage(
        HostMetrics metrics,
        Map<String, CpuTime> cpus,
        OptionalDouble waiting,
        OptionalDouble oomKills) {
    public HostPage {
        cpus = Map.copyOf(cpus);
    }

    /// @param busy seconds of work
    /// @param all seconds, of work or not
    public record CpuTime(double busy, double all) {
        static final CpuTime NONE = new CpuTime(0, 0);

        CpuTime plus(double seconds, boolean work) {
            return new CpuTime(work ? busy + seconds : busy, all + seconds);
        }
    }

    /// The figures, with what the CPUs did since `before`, if both pages say. A CPU that was
    /// switched on in between counts from the next page on.
    public HostMetrics since(HostPage before) {
        return metrics.with(cpuSince(before));
    }

    private CpuFigures cpuSince(HostPage before) {
        if (metrics.cpu() instanceof CpuFigures.Unavailable) return metrics.cpu();
        double busy = 0;
        double passed = 0;
        for (var each : cpus.entrySet()) {
            CpuTime then = before.cpus.get(each.getKey());
            if (then == null) continue;
            busy += Math.max(0, each.getValue().busy - then.busy);
            // By the VM's own clock: how long the page took to come does not matter.
            passed = Math.max(passed, each.getValue().all - then.all);
        }
        // Counters that went back are those of another boot.
        if (passed <= 0 || waiting.isEmpty() || before.waiting.isEmpty())
            return new CpuFigures.Pending();
        double waited = waiting.getAsDouble() - before.waiting.getAsDouble();
        return new CpuFigures.Measured(
                new CpuUsage(busy / passed, Math.clamp(waited / passed, 0.0, 1.0)));
    }

    /// Whether the kernel killed a process for want of memory since `before`.
    public boolean hasKilledSince(HostPage before) {
        return oomKills.isPresent()
                && before.oomKills.isPresent()
                && oomKills.getAsDouble() > before.oomKills.getAsDouble();
    }
}
