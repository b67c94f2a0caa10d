package dev.elastigres.simulation.trace;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/// The cheapest schedule that knows the future: whole units that cover the demand at every second
/// and change at the full minute only. A policy without foresight that is never short can hardly be
/// cheaper.
final class ClairvoyantSchedule {
    private static final int SECONDS = 60;

    /// What the kernel keeps beside what a database uses.
    private static final Bytes RESERVE = Bytes.ofMebibytes(100);

    private final int[] units;

    private ClairvoyantSchedule(int[] units) {
        this.units = units;
    }

    /// For whole compute units: what covers CPU, and memory with its working set.
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

    /// The units of `second`, counted from the beginning.
    int units(int second) {
        return units[second];
    }

    /// The size of `second` where CPU and memory follow schedules of their own.
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

    /// Each minute has the units of its highest second.
    private static int[] byMinute(int[] needed) {
        var units = new int[needed.length];
        for (int begin = 0; begin < needed.length; begin += SECONDS) {
            int end = Math.min(begin + SECONDS, needed.length);
            Arrays.fill(units, begin, end, Arrays.stream(needed, begin, end).max().orElseThrow());
        }
        return units;
    }
}
