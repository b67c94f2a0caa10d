package dev.elastigres.core.scaling;

import dev.elastigres.core.units.Bytes;

/// Load and memory of a VM as its kernel reports them.
///
/// @param load1 the load average over one minute, at least 0
/// @param load5 the load average over five minutes, at least 0
/// @param total MemTotal
/// @param available MemAvailable
/// @param cached Cached
/// @param cpu measured CPU usage, where known
public record HostMetrics(
        double load1, double load5, Bytes total, Bytes available, Bytes cached, CpuFigures cpu) {
    public HostMetrics {
        checkLoad(load1);
        checkLoad(load5);
    }

    /// Returns these metrics with other CPU figures.
    public HostMetrics with(CpuFigures figures) {
        return new HostMetrics(load1, load5, total, available, cached, figures);
    }

    /// Returns these metrics with other load averages.
    public HostMetrics withLoads(double minute, double fiveMinutes) {
        return new HostMetrics(minute, fiveMinutes, total, available, cached, cpu);
    }

    private static void checkLoad(double load) {
        if (!(load >= 0 && load <= Double.MAX_VALUE))
            throw new IllegalArgumentException("not a load average: " + load);
    }
}
