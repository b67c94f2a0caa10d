package dev.elastigres.core.monitor;

/// Reading of the CPUs over about a second.
///
/// @param online number of CPUs: those online, or the CPU time that a limit allows, possibly
///     fractional; above 0
/// @param busy fraction of their time in which the CPUs were busy, from 0 to 1
/// @param waited fraction of time in which some task of Postgres was ready to run and had no CPU,
///     from 0 to 1 (`some` of its cgroup's `cpu.pressure`)
/// @param runnable tasks of the machine that ran or were ready to run at the end of the reading
public record CpuReading(double online, double busy, double waited, int runnable) {
    public CpuReading {
        if (!(online > 0 && Double.isFinite(online)))
            throw new IllegalArgumentException("invalid number of CPUs: " + online);
        if (!(busy >= 0 && busy <= 1))
            throw new IllegalArgumentException("not a fraction: " + busy);
        if (!(waited >= 0 && waited <= 1))
            throw new IllegalArgumentException("not a fraction: " + waited);
        if (runnable < 0) throw new IllegalArgumentException("not a number of tasks: " + runnable);
    }

    /// Returns a readable number of CPUs: `2` rather than `2.0`.
    static String text(double cpus) {
        return cpus == Math.rint(cpus) ? Long.toString((long) cpus) : Double.toString(cpus);
    }
}
