package dev.elastigres.vm.qemu;

import java.util.List;

/// How the guest's instructions are run.
public enum Accelerator {
    /// By the processor itself.
    KVM,
    /// By QEMU's translator: works everywhere, ten times slower.
    TCG;

    /// The name that QEMU gives it.
    public String title() {
        return switch (this) {
            case KVM -> "kvm";
            case TCG -> "tcg";
        };
    }

    /// The device that one more CPU of this kind is.
    String cpuDevice() {
        return switch (this) {
            case KVM -> "host-x86_64-cpu";
            case TCG -> "max-x86_64-cpu";
        };
    }

    /// QEMU's arguments for the machine, its accelerator and the kind of its CPUs.
    public List<String> arguments() {
        return switch (this) {
            case KVM -> List.of("-machine", "q35", "-accel", "kvm", "-cpu", "host");
            // Without its fast strings the kernel clears and copies memory by eight bytes at a
            // time,
            // not by one: the translator does either in the same time.
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
