package dev.elastigres.protocol.metrics;

import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.CpuUsage;
import dev.elastigres.core.scaling.HostMetrics;
import java.util.Map;
import java.util.OptionalDouble;

/// Kernel metrics of a VM from one page. Its counters have a meaning only in comparison with an
/// earlier page.
///
/// @param metrics all metrics except CPU usage, which needs two pages
/// @param cpus times of each online CPU, by its number
/// @param waiting seconds in which some task was ready but had no CPU; empty where the kernel does
///     not count them
/// @param oomKills processes killed because memory ran out; empty where the kernel does not count
///     them
public record HostPage(
        HostMetrics metrics,
        Map<String, CpuTime> cpus,
        OptionalDouble waiting,
        OptionalDouble oomKills) {
    public HostPage {
        cpus = Map.copyOf(cpus);
    }

    /// @param busy busy seconds
    /// @param all seconds in total
    public record CpuTime(double busy, double all) {
        static final CpuTime NONE = new CpuTime(0, 0);

        CpuTime plus(double seconds, boolean work) {
            return new CpuTime(work ? busy + seconds : busy, all + seconds);
        }
    }

    /// Returns the metrics with the CPU usage since `before`, if both pages contain it. A CPU that
    /// came online in between counts from the next page on.
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
            // The VM's own clock is used, so the transfer time of the page does not matter.
            passed = Math.max(passed, each.getValue().all - then.all);
        }
        // Counters that decreased are from another boot.
        if (passed <= 0 || waiting.isEmpty() || before.waiting.isEmpty())
            return new CpuFigures.Pending();
        double waited = waiting.getAsDouble() - before.waiting.getAsDouble();
        return new CpuFigures.Measured(
                new CpuUsage(busy / passed, Math.clamp(waited / passed, 0.0, 1.0)));
    }

    /// Returns whether the kernel killed a process because memory ran out since `before`.
    public boolean hasKilledSince(HostPage before) {
        return oomKills.isPresent()
                && before.oomKills.isPresent()
                && oomKills.getAsDouble() > before.oomKills.getAsDouble();
    }
}
