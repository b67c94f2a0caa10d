package dev.elastigres.core.scaling;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.Locale;

/// The sizes that the rules choose from.
public enum SizeShape {
    /// Whole compute units: CPU and memory grow and shrink together. The resource that needs more
    /// units decides.
    UNITS,
    /// CPU and memory are sized independently, each in steps of a fraction of the compute unit.
    INDEPENDENT;

    /// CPU steps in one compute unit. A fifth of 0.25 CPUs is 50 thousandths.
    private static final int CPU_STEPS = 5;

    /// Memory steps in one compute unit.
    private static final int MEMORY_STEPS = 4;

    /// Minimum number of memory steps added to each goal. Whole units leave half a unit free on
    /// average; without any reserve, a burst of some hundred MiB would more often meet a full VM.
    private static final int SPARE_MEMORY_STEPS = 1;

    /// Returns the name of the shape: `units`.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Returns the shape with the name `code`.
    ///
    /// @throws IllegalArgumentException if there is none
    public static SizeShape of(String code) {
        for (SizeShape each : values()) if (each.code().equals(code)) return each;
        throw new IllegalArgumentException("shape must be units or independent, not " + code);
    }

    /// Returns whether CPU and memory grow and shrink together.
    public boolean isTied() {
        return this == UNITS;
    }

    /// Returns the smallest size of this shape that covers a demand.
    ///
    /// @param cpus demand for CPU, in compute units
    /// @param memory demand for memory, in compute units
    /// @param reserve memory to add to the demand; unused in whole units
    Resources size(double cpus, double memory, Bytes reserve, ComputeUnit unit) {
        return switch (this) {
            case UNITS -> unit.times((int) Math.ceil(Math.max(cpus, memory)));
            case INDEPENDENT ->
                    new Resources(
                                    unit.vcpus() * wholeSteps(cpus, CPU_STEPS),
                                    unit.memory()
                                            .times(wholeSteps(memory, MEMORY_STEPS))
                                            .plus(reserve))
                            .inThousandths();
        };
    }

    /// Returns the memory that each size has beyond the demand at least.
    public Bytes minReserve(ComputeUnit unit) {
        return switch (this) {
            case UNITS -> Bytes.ZERO;
            case INDEPENDENT -> unit.memory().times((double) SPARE_MEMORY_STEPS / MEMORY_STEPS);
        };
    }

    /// Returns the CPUs between two sizes.
    public double cpuStep(ComputeUnit unit) {
        return switch (this) {
            case UNITS -> unit.vcpus();
            case INDEPENDENT -> unit.vcpus() / CPU_STEPS;
        };
    }

    private static double wholeSteps(double units, int stepsOfUnit) {
        return Math.ceil(units * stepsOfUnit) / stepsOfUnit;
    }
}
