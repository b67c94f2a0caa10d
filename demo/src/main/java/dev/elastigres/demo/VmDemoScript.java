package dev.elastigres.demo;

import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import java.time.Duration;

/// Parameters of the demo in a VM: the VM, the scaling rules and the load.
///
/// @param unit the smallest and the largest VM are whole multiples of it, in CPUs and in memory
/// @param dampingWindow replaces the rules' own value, so that users see a VM shrink soon
/// @param steadyRate transactions per second of the steady clients
/// @param clients number of pgbench clients that run as fast as they can
/// @param look how long these run once CPUs have been added, and how long a small VM may take to
///     reach its minimum size
/// @param held memory that the query sorts, in rows of 1 MiB
/// @param betweenRows the query's pause before each row
/// @param stepTimeout timeout of each step
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
        Duration stepTimeout) {
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

    /// Returns the size that counts as small: two units, and at least the minimum size. An almost
    /// idle VM may have it instead of the minimum, because the load of its own processes varies
    /// around one unit.
    Resources small() {
        return unit.times(2).max(min());
    }

    MachineSizes scale() {
        return new MachineSizes(unit.times(1), unit.covering(min()), unit.covering(max()));
    }

    ScalingRules rules() {
        ScalingRules ours = ScalingRules.ELASTIGRES;
        return new ScalingRules(
                ours.goal(),
                ours.timing(),
                ours.cooldown(),
                dampingWindow,
                ours.statedSizes(),
                ours.headroom());
    }

    /// Returns the introduction: which parameters are the usual ones and which are not.
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
