package dev.elastigres.demo;

import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import java.time.Duration;

/// The VM, by what rules it is scaled, and what is put on it.
///
/// @param unit so that the least and the largest VM are whole numbers of it, in CPUs and memory
/// @param dampingWindow instead of the rules' own, so that nobody waits long to see a VM shrink
/// @param steadyRate transactions a second of the clients that stay all the time
/// @param clients of pgbench when it runs as fast as it can
/// @param look for how long that goes on once CPUs have come, and how long a small VM may take to
///     become the least
/// @param held memory that the query sorts, in rows of 1 MiB
/// @param betweenRows the query's pause before each
/// @param patience how long each step may take
record VmDemoScript(
        CpuRange cpus,
        MemoryRange memory,
        ComputeUnit unit,
        Duration dampingWindow,
        int steadyRate,
        int clients,
        Duration look,
        Bytes held,
        Duration betweenRows,
        Duration patience) {
    static final VmDemoScript DEFAULT =
            new VmDemoScript(
                    new CpuRange(1, 4),
                    new MemoryRange(Bytes.ofMebibytes(512), Bytes.ofGibibytes(4)),
                    new ComputeUnit(0.5, Bytes.ofMebibytes(512)),
                    Duration.ofSeconds(10),
                    2,
                    4,
                    Duration.ofSeconds(12),
                    Bytes.ofMebibytes(1200),
                    Duration.ofMillis(15),
                    Duration.ofMinutes(3));

    Resources min() {
        return new Resources(cpus.min(), memory.min());
    }

    Resources max() {
        return new Resources(cpus.max(), memory.max());
    }

    /// Two units, and one CPU: a VM with next to no load may have this instead of the least, for
    /// what its own parts do wavers about one unit.
    Resources small() {
        return unit.times(2).max(min());
    }

    MachineSizes scale() {
        return new MachineSizes(unit.times(1), unit.covering(min()), unit.covering(max()));
    }

    ScalingRules rules() {
        ScalingRules ours = ScalingRules.ELASTIGRES;
        return new ScalingRules(
                ours.goal(), ours.timing(), ours.cooldown(), dampingWindow, ours.statedSizes());
    }

    /// What is as it always is, and what is not.
    String opening() {
        return """
        A real VM of %s, at most %s, with Postgres and the monitor in it; the real agent here.
        The rules are the usual ones, but the VM shrinks after %d s without need instead of %d s.
        The query takes its memory in steps, at most %d MiB/s; all else runs as fast as it can."""
                .formatted(
                        min().text(),
                        max().text(),
                        dampingWindow.toSeconds(),
                        ScalingRules.ELASTIGRES.dampingWindow().toSeconds(),
                        Duration.ofSeconds(1).dividedBy(betweenRows));
    }
}
