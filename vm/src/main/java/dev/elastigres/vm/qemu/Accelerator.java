package dev.elastigres.vm.qemu;

import java.util.List;

/// How QEMU executes the guest's instructions.
public enum Accelerator {
    /// Executed by the processor.
    KVM,
    /// Translated by QEMU: works everywhere, but ten times slower.
    TCG;

    /// Returns QEMU's name of the accelerator.
    public String title() {
        return switch (this) {
            case KVM -> "kvm";
            case TCG -> "tcg";
        };
    }

    /// Returns the device type of a hot-plugged CPU.
    String cpuDevice() {
        return switch (this) {
            case KVM -> "host-x86_64-cpu";
            case TCG -> "max-x86_64-cpu";
        };
    }

    /// Returns QEMU's arguments for the machine type, the accelerator and the CPU model.
    public List<String> arguments() {
        return switch (this) {
            case KVM -> List.of("-machine", "q35", "-accel", "kvm", "-cpu", "host");
            // Without fast string instructions the kernel clears and copies memory in units of
            // eight bytes instead of one. The translator needs the same time for either unit.
            case TCG ->
                    List.of(
                            "-machine",
                            "q35",
                            "-accel",
                            "tcg,thread=multi",
                            "-cpu",
                            "max,erms=off,fsrm=off");
        };
    }
}
