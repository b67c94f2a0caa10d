package dev.elastigres.core.monitor;

/// What the CPUs did over the last while, about a second.
///
/// @param online how many there are: switched on, or as much time of CPUs as a limit allows, which
///     may be a part of one; above 0
/// @param busy the fraction of their time in which they did something, from 0 to 1
/// @param waited the fraction of time in which some task of Postgres was ready to run and had no
///     CPU, from 0 to 1 (`some` of its cgroup's `cpu.pressure`)
/// @param runnable how many tasks of the machine ran or were ready to, at the end
public record CpuReading(double online, double busy, double waited, int runnable) {
    public CpuReading {
        if (!(online > 0 && Double.isFinite(online)))
            throw new IllegalArgumentException("no number of CPUs: " + online);
        if (!(busy >= 0 && busy <= 1))
            throw new IllegalArgumentException("not a fraction: " + busy);
        if (!(waited >= 0 && waited <= 1))
            throw new IllegalArgumentException("not a fraction: " + waited);
        if (runnable < 0) throw new IllegalArgumentException("not a number of tasks: " + runnable);
    }

    /// A number of CPUs, for people: `2` rather than `2.0`.
    static String text(double cpus) {
        return cpus == Math.rint(cpus) ? Long.toString((long) cpus) : Double.toString(cpus);
    }
}
