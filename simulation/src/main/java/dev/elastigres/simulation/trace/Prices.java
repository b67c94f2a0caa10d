package dev.elastigres.simulation.trace;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;

/// Prices of CPU and memory.
///
/// @param cpuHour price of one CPU for one hour, at least 0
/// @param gibHour price of one GiB of memory for one hour, at least 0
public record Prices(double cpuHour, double gibHour) {
    private static final double GIB = 1L << 30;

    public Prices {
        check("the price of a CPU-hour", cpuHour);
        check("the price of a GiB-hour", gibHour);
        if (cpuHour == 0 && gibHour == 0)
            throw new IllegalArgumentException("CPU and memory cannot both be free");
    }

    /// Returns prices at which a compute unit costs 1 per hour, half for its CPUs and half for its
    /// memory.
    public static Prices of(ComputeUnit unit) {
        return new Prices(0.5 / unit.vcpus(), 0.5 / (unit.memory().value() / GIB));
    }

    double perSecond(Resources size) {
        return (size.vcpus() * cpuHour + size.memory().value() / GIB * gibHour) / 3600;
    }

    private static void check(String what, double price) {
        if (!(price >= 0 && price <= 1e12))
            throw new IllegalArgumentException(what + " must be from 0 to 1e12: " + price);
    }
}
