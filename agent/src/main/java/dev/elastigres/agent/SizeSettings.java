package dev.elastigres.agent;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import java.util.Optional;

/// The settings of compute units and size limits, which each VM may have of its own.
final class SizeSettings {
    private static final double MAX_CPUS = 10_000;

    /// The step of CPU sizes: a thousandth of a CPU.
    private static final double MIN_CPUS = 0.001;

    private static final Bytes MIN_MEMORY = Bytes.ofMebibytes(1);
    private static final Bytes MAX_MEMORY = Bytes.ofGibibytes(1 << 20);

    static final Setting<Double> UNIT_CPUS =
            cpus(
                            "unit-cpus",
                            "CPUs of a compute unit; by default smaller for VMs with a"
                                    + " smaller minimum")
                    .or("0.25");
    static final Setting<Bytes> UNIT_MEMORY =
            memory("unit-memory", "Memory of a compute unit; by default as for unit-cpus")
                    .or("1GiB");
    static final Setting<Double> VM_MIN_CPUS = cpus("min-cpus", "Minimum CPUs of every VM");
    static final Setting<Bytes> VM_MIN_MEMORY = memory("min-memory", "Minimum memory of every VM");
    static final Setting<Double> VM_MAX_CPUS = cpus("max-cpus", "Maximum CPUs of every VM");
    static final Setting<Bytes> VM_MAX_MEMORY = memory("max-memory", "Maximum memory of every VM");

    static final Setting<?>[] ALL = {
        UNIT_CPUS, UNIT_MEMORY, VM_MIN_CPUS, VM_MIN_MEMORY, VM_MAX_CPUS, VM_MAX_MEMORY
    };

    private SizeSettings() {}

    /// Returns the compute unit of `settings`.
    static ComputeUnit unit(Settings settings) {
        return new ComputeUnit(settings.get(UNIT_CPUS), settings.get(UNIT_MEMORY));
    }

    /// Returns the minimum size of `settings`; empty if not set.
    ///
    /// @param hasOwnMin whether the platform has a minimum of its own; otherwise the default is one
    ///     unit
    static Optional<Resources> min(Settings settings, boolean hasOwnMin) {
        Optional<Resources> unit =
                hasOwnMin ? Optional.empty() : Optional.of(unit(settings).times(1));
        return size(
                settings.find(VM_MIN_CPUS).or(() -> unit.map(Resources::vcpus)),
                settings.find(VM_MIN_MEMORY).or(() -> unit.map(Resources::memory)),
                0,
                Bytes.ZERO);
    }

    /// Returns the maximum size of `settings`; empty if not set.
    static Optional<Resources> max(Settings settings) {
        return size(settings.find(VM_MAX_CPUS), settings.find(VM_MAX_MEMORY), MAX_CPUS, MAX_MEMORY);
    }

    /// A resource that is not set has no limit.
    private static Optional<Resources> size(
            Optional<Double> cpus, Optional<Bytes> memory, double anyCpus, Bytes anyMemory) {
        return cpus.isEmpty() && memory.isEmpty()
                ? Optional.empty()
                : Optional.of(new Resources(cpus.orElse(anyCpus), memory.orElse(anyMemory)));
    }

    /// @throws IllegalArgumentException if the minimum is above the maximum
    static <T extends Comparable<T>> void checkLimits(Optional<T> min, Optional<T> max) {
        if (min.isPresent() && max.isPresent() && min.get().compareTo(max.get()) > 0)
            throw new IllegalArgumentException("the minimum is above the maximum");
    }

    static Setting<Double> cpus(String name, String doc) {
        return Setting.of(name, SettingType.decimal(MIN_CPUS, MAX_CPUS), doc);
    }

    static Setting<Bytes> memory(String name, String doc) {
        return Setting.of(name, SettingType.bytes(MIN_MEMORY, MAX_MEMORY), doc);
    }
}
