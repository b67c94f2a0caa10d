package dev.elastigres.simulation.trace;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/// Cheapest schedule with knowledge of the future: whole units that cover the demand at every
/// second and change only at full minutes. A policy that cannot know the future and is never short
/// can hardly be cheaper.
final class ClairvoyantSchedule {
    private static final int SECONDS = 60;

    /// Memory that the kernel keeps in addition to the database's memory.
    private static final Bytes RESERVE = Bytes.ofMebibytes(100);

    private final int[] units;

    private ClairvoyantSchedule(int[] units) {
        this.units = units;
    }

    /// Returns a schedule of whole compute units that cover CPU, and memory with its working set.
    static ClairvoyantSchedule tied(LoadTrace trace, ComputeUnit unit) {
        return of(trace, it -> Math.max(cpuUnits(it, unit), memoryUnits(it, unit)));
    }

    static ClairvoyantSchedule cpu(LoadTrace trace, ComputeUnit unit) {
        return of(trace, it -> cpuUnits(it, unit));
    }

    static ClairvoyantSchedule memory(LoadTrace trace, ComputeUnit unit) {
        return of(trace, it -> memoryUnits(it, unit));
    }

    private static double cpuUnits(TracePoint sample, ComputeUnit unit) {
        return sample.cpus() / unit.vcpus();
    }

    private static double memoryUnits(TracePoint sample, ComputeUnit unit) {
        Bytes needed = sample.memory().plus(sample.workingSet()).plus(RESERVE);
        return (double) needed.value() / unit.memory().value();
    }

    /// Returns the units at `second`, counted from the start.
    int units(int second) {
        return units[second];
    }

    /// Returns the size at `second` if CPU and memory follow separate schedules.
    static Resources size(
            ClairvoyantSchedule cpu, ClairvoyantSchedule memory, int second, ComputeUnit unit) {
        return new Resources(
                unit.times(cpu.units(second)).vcpus(), unit.times(memory.units(second)).memory());
    }

    private static ClairvoyantSchedule of(LoadTrace trace, ToDoubleFunction<TracePoint> units) {
        var needed = new int[(int) trace.seconds()];
        var samples = trace.samples();
        long begin = samples.getFirst().second();
        for (int i = 0; i + 1 < samples.size(); i++)
            Arrays.fill(
                    needed,
                    (int) (samples.get(i).second() - begin),
                    (int) (samples.get(i + 1).second() - begin),
                    Math.max(1, (int) Math.ceil(units.applyAsDouble(samples.get(i)) - 1e-9)));
        return new ClairvoyantSchedule(byMinute(needed));
    }

    /// Returns a schedule in which each minute has the units of its highest second.
    private static int[] byMinute(int[] needed) {
        var units = new int[needed.length];
        for (int begin = 0; begin < needed.length; begin += SECONDS) {
            int end = Math.min(begin + SECONDS, needed.length);
            Arrays.fill(units, begin, end, Arrays.stream(needed, begin, end).max().orElseThrow());
        }
        return units;
    }
}
