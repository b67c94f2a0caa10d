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
                            "CPUs of a compute unit; by default smaller for a VM with a"
                                    + " smaller minimum")
                    .advice(
                            "The unit is the step in which sizes change: larger units"
                                    + " need fewer resizes and leave more unused. With a value,"
                                    + " every VM has that unit and none becomes smaller than it;"
                                    + " by default it is halved up to three times until it fits"
                                    + " the minimum. Keep the ratio of the host's CPUs to its"
                                    + " memory.")
                    .or("0.25");
    static final Setting<Bytes> UNIT_MEMORY =
            memory(
                            "unit-memory",
                            "Memory of a compute unit; by default smaller for a VM with"
                                    + " a smaller minimum")
                    .advice(
                            "Choose it together with unit-cpus: with shape units, the"
                                    + " resource that needs more units decides both. A unit of"
                                    + " much memory for each CPU wastes memory with loads that"
                                    + " need CPUs, and the other way round.")
                    .or("1GiB");
    static final Setting<Double> VM_MIN_CPUS =
            cpus("min-cpus", "Minimum CPUs of every VM")
                    .advice(
                            "Choose what the VM needs to answer the first queries after"
                                    + " an idle period, until it has grown. By default it is the"
                                    + " minimum of the VM or pod itself; for cgroups, one compute"
                                    + " unit.");
    static final Setting<Bytes> VM_MIN_MEMORY =
            memory("min-memory", "Minimum memory of every VM")
                    .advice(
                            "Choose at least shared_buffers and the memory of idle"
                                    + " connections: below that, the monitor refuses every"
                                    + " downscale. By default it is the minimum of the VM or pod"
                                    + " itself; for cgroups, one compute unit.");
    static final Setting<Double> VM_MAX_CPUS =
            cpus("max-cpus", "Maximum CPUs of every VM")
                    .advice(
                            "It bounds the cost of a VM, and also urgent requests. At"
                                    + " the maximum a VM is slow instead of larger; its state"
                                    + " shows it. By default it is the maximum of the VM or pod"
                                    + " itself; for cgroups, the host.");
    static final Setting<Bytes> VM_MAX_MEMORY =
            memory("max-memory", "Maximum memory of every VM")
                    .advice(
                            "It bounds the cost of a VM, and also urgent requests: at"
                                    + " the maximum, more demand ends in the OOM killer. By"
                                    + " default it is the maximum of the VM or pod itself; for"
                                    + " cgroups, the host.");

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
