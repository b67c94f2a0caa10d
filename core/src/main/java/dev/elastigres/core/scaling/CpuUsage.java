package dev.elastigres.core.scaling;

/// Measured CPU usage of a VM over the last few seconds.
///
/// @param busy busy CPUs, at least 0: 1.5 if two CPUs were busy for three quarters of the time
/// @param pressure fraction of time in which some task was ready but had no CPU, from 0 to 1
///     (`some` of the kernel's `cpu.pressure`)
public record CpuUsage(double busy, double pressure) {
    private static final double SATURATED = 0.2;

    public CpuUsage {
        if (!(busy >= 0 && busy <= Double.MAX_VALUE))
            throw new IllegalArgumentException("not a number of busy CPUs: " + busy);
        if (!(pressure >= 0 && pressure <= 1))
            throw new IllegalArgumentException("not a fraction of time: " + pressure);
    }

    /// Returns whether tasks waited for so much of the time that the demand can only be estimated.
    public boolean isSaturated() {
        return pressure >= SATURATED;
    }

    /// Returns the usage that was measured, without the estimate of what tasks waited for.
    public CpuUsage withoutWaiting() {
        return new CpuUsage(busy, 0);
    }
}
