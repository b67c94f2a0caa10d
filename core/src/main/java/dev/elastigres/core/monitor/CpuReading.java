package dev.elastigres.core.monitor;

/// What the CPUs did over the last while, about a second.
///
/// @param online how many are switched on, at least 1
/// @param busy the fraction of their time in which they did something, from 0 to 1
/// @param waited the fraction of time in which some task of Postgres was ready to run and had no
///     CPU, from 0 to 1 (`some` of its cgroup's `cpu.pressure`)
/// @param runnable how many tasks of the machine ran or were ready to, at the end
public record CpuReading(int online, double busy, double waited, int runnable) {
    public CpuReading {
        if (online < 1) throw new IllegalArgumentException("no CPU is online");
        if (!(busy >= 0 && busy <= 1))
            throw new IllegalArgumentException("not a fraction: " + busy);
        if (!(waited >= 0 && waited <= 1))
            throw new IllegalArgumentException("not a fraction: " + waited);
        if (runnable < 0) throw new IllegalArgumentException("not a number of tasks: " + runnable);
    }
}
