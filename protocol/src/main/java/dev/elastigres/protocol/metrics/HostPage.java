package dev.elastigres.protocol.metrics;

import dev.elastigres.core.scaling.CpuUse;
import dev.elastigres.core.scaling.HostMetrics;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/// A page of the kernel's figures. Its counters say something only beside an earlier page.
///
/// @param metrics all but what the CPUs did
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
        return new HostMetrics(
                metrics.load1(),
                metrics.load5(),
                metrics.total(),
                metrics.available(),
                metrics.cached(),
                cpuSince(before));
    }

    private Optional<CpuUse> cpuSince(HostPage before) {
        double busy = 0;
        double passed = 0;
        for (var each : cpus.entrySet()) {
            CpuTime then = before.cpus.get(each.getKey());
            if (then == null) continue;
            busy += Math.max(0, each.getValue().busy - then.busy);
            // By the VM's own clock: how long the page took to come does not matter.
            passed = Math.max(passed, each.getValue().all - then.all);
        }
        if (passed <= 0 || waiting.isEmpty() || before.waiting.isEmpty()) return Optional.empty();
        double waited = waiting.getAsDouble() - before.waiting.getAsDouble();
        // Counters that went back are those of another boot.
        return Optional.of(new CpuUse(busy / passed, Math.clamp(waited / passed, 0.0, 1.0)));
    }

    /// Whether the kernel killed a process for want of memory since `before`.
    public boolean hasKilledSince(HostPage before) {
        return oomKills.isPresent()
                && before.oomKills.isPresent()
                && oomKills.getAsDouble() > before.oomKills.getAsDouble();
    }
}
